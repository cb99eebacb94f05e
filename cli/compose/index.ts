/** Compose files as service specs. See docs/design/compose.md. */
export type { Note } from './notes.ts'
export { type ComposeFile, parseCompose, toLabel } from './parse-compose.ts'
