/** Who logs a refusal and goes on is asked here what it refused. */
import type { Logger } from '../../node/ports/logger.ts'
import type { ErrorCode } from '../../protocols/errors/index.ts'
import { breach, Refused } from './target.ts'

export interface Refusals {
  readonly logger: Logger
  /** Runs one frame's work, and throws what was logged as refused meanwhile. @throws Refused */
  during<Result>(work: () => Promise<Result>): Promise<Result>
}

export const createRefusals = (): Refusals => {
  let refused: ErrorCode | null = null
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (fields) => {
      refused = (fields as { code?: ErrorCode }).code ?? breach('it warned without a code')
    },
    error: (_fields, message) => breach(message),
    child: () => logger,
  }
  return {
    logger,
    during: async (work) => {
      refused = null
      const result = await work()
      if (refused !== null) throw new Refused(refused)
      return result
    },
  }
}
