/** What the file system is asked by more than one capability. */
export { makeDirectory } from './make-directory.ts'
