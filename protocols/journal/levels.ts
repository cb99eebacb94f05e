/** Levels of a daemon's log lines, by the numbers that stand in them: pino's. */
export const LOG_LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const

export type LogLevel = keyof typeof LOG_LEVELS

/** The nearest level at or below a number. */
export const levelOf = (number: number): LogLevel => {
  const names = Object.keys(LOG_LEVELS) as LogLevel[]
  return names.findLast((name) => LOG_LEVELS[name] <= number) ?? 'debug'
}
