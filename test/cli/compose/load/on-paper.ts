/** Compose files that stand in the test, read as those of a disk are. */
import assert from 'node:assert/strict'
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path/posix'
import { type ComposeRequest, type Files, loadCompose, plainDocument } from '../../../../cli/compose/index.ts'
import { type CoterieError, ERRORS, isCoterieError } from '../../../../protocols/errors/index.ts'

/** The working directory on paper. */
const HOME = '/home/me/shop'

export const filesOnPaper = (texts: Readonly<Record<string, string>>): Files => {
  const all = new Map(Object.entries(texts))
  return {
    exists: (path) => all.has(path),
    read: (path) => {
      const text = all.get(path)
      return text === undefined ? { text: null, missing: true, detail: 'there is none' } : { text }
    },
    resolve: (folder, path) => (isAbsolute(path) ? normalize(path) : join(folder, path)),
    folderOf: dirname,
    absolute: (folder) => resolve(HOME, folder),
  }
}

const PLAIN: ComposeRequest = {
  files: [],
  projectDirectory: null,
  projectName: null,
  profiles: [],
  envFiles: [],
  environment: {},
}

export const load = (texts: Readonly<Record<string, string>>, request: Partial<ComposeRequest> = {}) =>
  loadCompose({ ...PLAIN, ...request }, filesOnPaper(texts))

type Plain = Record<string, Record<string, Record<string, unknown>>>

/** What is loaded, as plain data. */
export const loaded = (
  texts: Readonly<Record<string, string>>,
  request: Partial<ComposeRequest> = {},
): Plain => plainDocument(load(texts, request).document) as Plain

/** The services alone, of files that are not warned of. */
export const servicesOf = (
  texts: Readonly<Record<string, string>>,
  request: Partial<ComposeRequest> = {},
): Plain[string] => {
  const { document, notes } = load(texts, request)
  assert.deepEqual(notes.warnings, [])
  return (plainDocument(document) as Plain).services ?? {}
}

/** One file of one service called `web`, with these lines in it. */
export const web = (...lines: string[]): string =>
  ['services:', '  web:', ...lines.map((line) => `    ${line}`), ''].join('\n')

const causeOf = (error: CoterieError): string =>
  (ERRORS[error.code].cause as (data: unknown) => string)(error.data)

/** Code and cause of what the files are refused with. */
export const refusal = (
  texts: Readonly<Record<string, string>>,
  request: Partial<ComposeRequest> = {},
): { readonly code: string; readonly message: string } => {
  try {
    load(texts, request)
  } catch (error) {
    if (isCoterieError(error)) return { code: error.code, message: causeOf(error) }
    throw error
  }
  return assert.fail('it was not refused')
}

export const warningsOf = (
  texts: Readonly<Record<string, string>>,
  request: Partial<ComposeRequest> = {},
): readonly string[] =>
  load(texts, request).notes.warnings.map(
    ({ file, line, column, where, detail }) => `${file}:${line}:${column}: ${where} ${detail}`,
  )
