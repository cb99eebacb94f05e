/** Compose files as service specs. See docs/design/compose.md. */
export {
  type ComposeRequest,
  type Files,
  type FileText,
  type LoadedCompose,
  loadCompose,
  toLabel,
} from './load/index.ts'
export type { Note } from './notes.ts'
export { plainDocument } from './plain-document.ts'
export { parseCompose, readCompose } from './read-compose.ts'
export { type ComposeFile, readLoaded } from './read-document.ts'
