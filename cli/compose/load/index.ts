/** Compose files as one plain document with the place of each value. Pure: files are given in. See docs/design/compose.md. */
export type { ComposeRequest } from './choose-files.ts'
export { LABEL, LABEL_EXPECTED, type LoadedCompose, loadCompose, toLabel } from './load.ts'
export type { Files, FileText } from './session.ts'
