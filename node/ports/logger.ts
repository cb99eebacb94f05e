/** Structured log lines; the fields carry node, task and request ids, and never a secret. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** A logger whose lines all carry these fields too. */
  child(fields: object): Logger
}
