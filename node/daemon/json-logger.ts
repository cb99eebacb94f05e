import { pino } from 'pino'
import type { Logger } from '../ports/logger.ts'

/** What no line may show, however deep it stands in the fields. */
const SECRET_FIELDS = [
  'secret',
  'token',
  'privateKey',
  'authorization',
  '*.secret',
  '*.token',
  '*.privateKey',
  '*.authorization',
]

type Pino = ReturnType<typeof pino>

const wrap = (lines: Pino): Logger => ({
  debug: (fields, message) => lines.debug(fields, message),
  info: (fields, message) => lines.info(fields, message),
  warn: (fields, message) => lines.warn(fields, message),
  error: (fields, message) => lines.error(fields, message),
  child: (fields) => wrap(lines.child(fields)),
})

/** JSON lines on standard error, written at once so that the last one before an end is not lost. */
export const createJsonLogger = (level: string): Logger =>
  wrap(
    pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: SECRET_FIELDS },
      pino.destination({ fd: 2, sync: true }),
    ),
  )
