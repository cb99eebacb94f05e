import { type ComposeRequest, type Files, loadCompose } from './load/index.ts'
import { type ComposeFile, readLoaded } from './read-document.ts'

/** The services that files stand for. @throws what `loadCompose` does */
export const readCompose = (request: ComposeRequest, files: Files): ComposeFile =>
  readLoaded(loadCompose(request, files))

/**
 * The services of one file by itself: no variable is set, and no other file is read. `file` is for messages; `folder`
 * names the project where the file does not.
 */
export const parseCompose = (text: string, file: string, folder: string): ComposeFile =>
  readCompose(
    { files: [file], projectDirectory: null, projectName: null, profiles: [], envFiles: [], environment: {} },
    {
      exists: (path) => path === file,
      read: (path) =>
        path === file ? { text } : { text: null, missing: true, detail: 'this file is read by itself' },
      resolve: (_folder, path) => path,
      folderOf: () => '.',
      absolute: (path) => (path === '.' ? folder : `/${path}`.replace(/^\/[./]*\//, '/')),
    },
  )
