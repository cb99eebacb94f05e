/** Compose files on this machine, as the options of a command name them. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Cli } from './cli.ts'
import {
  type ComposeFile,
  type ComposeRequest,
  type Files,
  type FileText,
  loadCompose,
  plainDocument,
  readCompose,
} from './compose/index.ts'
import { jsonLine, plain } from './output.ts'
import { writeDocument } from './yaml.ts'

/** The options that say which Compose files are meant, and what with. */
export interface ComposeWords {
  readonly file: readonly string[]
  readonly profile: readonly string[]
  readonly envFile: readonly string[]
  readonly projectDirectory?: string
  readonly projectName?: string
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

/** Adds the options of `ComposeWords`, which are those of Docker Compose. */
export const composeOptions = (command: Command): Command =>
  command
    .option(
      '-f, --file <file>',
      'a Compose file, laid over those before it (default: compose.yaml, or its other names, and compose.override.yaml)',
      collect,
      [],
    )
    .option('--profile <name>', 'also the services of this profile', collect, [])
    .option('--env-file <file>', 'variables for the files, instead of those in .env', collect, [])
    .option('--project-directory <folder>', 'where paths begin (default: the folder of the first file)')
    .option('-p, --project-name <name>', 'what the project is called, instead of name: in the file')

/** The services of `files` as one project, or of the usual files where there are none; warnings go to standard error. @throws what `loadCompose` does */
export const readGiven = (cli: Cli, words: ComposeWords, files: readonly string[]): ComposeFile => {
  const compose = readCompose(requestOf(cli, words, files), filesOf(cli.machine))
  warn(cli, compose.warnings)
  return compose
}

/** The document that the files stand for, as YAML or as one line of JSON. @throws what `loadCompose` does */
export const loadGiven = (cli: Cli, words: ComposeWords, asJson: boolean): string => {
  const { document, notes } = loadCompose(requestOf(cli, words, words.file), filesOf(cli.machine))
  warn(cli, notes.warnings)
  const data = plainDocument(document)
  return asJson ? jsonLine(data) : writeDocument(data)
}

const requestOf = (cli: Cli, words: ComposeWords, files: readonly string[]): ComposeRequest => ({
  files: files.map(normalize),
  projectDirectory: words.projectDirectory === undefined ? null : normalize(words.projectDirectory),
  projectName: words.projectName ?? null,
  profiles: words.profile,
  envFiles: words.envFile.map(normalize),
  environment: cli.machine.env,
})

const warn = (cli: Cli, warnings: ComposeFile['warnings']): void => {
  for (const { file, line, column, where, detail } of warnings)
    cli.stderr.write(`coterie: ${plain(file)}:${line}:${column}: ${plain(where)} ${plain(detail)}\n`)
}

/** Files as seen from `cwd`. Whatever can be read as a file is one: also a link, and a pipe of the shell. */
const filesOf = ({ cwd, home }: Cli['machine']): Files => ({
  exists: (path) => existsSync(resolve(cwd, path)),
  read: (path, bytesMax) => {
    try {
      return textOf(readAtMost(resolve(cwd, path), bytesMax + 1), bytesMax)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return { text: null, missing: code === 'ENOENT', detail: message }
    }
  },
  resolve: (folder, path) => (isAbsolute(path) ? normalize(path) : join(folder, path)),
  folderOf: dirname,
  absolute: (path) => resolve(cwd, path.replace(/^~(?=\/|$)/, home)),
})

const textOf = (bytes: Uint8Array, bytesMax: number): FileText => {
  const refuse = (detail: string): FileText => ({ text: null, missing: false, detail })
  if (bytes.length > bytesMax) return refuse(`it is larger than ${bytesMax} bytes`)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return refuse('it is not written in UTF-8')
  }
}

const readAtMost = (path: string, bytesMax: number): Uint8Array => {
  const descriptor = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(bytesMax)
    let length = 0
    for (let read = -1; read !== 0 && length < bytesMax; length += read)
      read = readSync(descriptor, bytes, length, bytesMax - length, null)
    return bytes.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}
