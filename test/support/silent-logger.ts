import type { Logger } from '../../node/ports/logger.ts'

/** A logger for tests that look at what happens, not at what is said. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}
