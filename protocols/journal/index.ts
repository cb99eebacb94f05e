/** The lines that daemons log: their levels, and what members ask each other for them. See docs/design/journal.md. */
export { LOG_LEVELS, type LogLevel, levelOf } from './levels.ts'
export * from './messages.ts'
