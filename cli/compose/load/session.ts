/** One loading: what it may read and how much, and what it found. */
import { CoterieError } from '../../../protocols/errors/index.ts'
import { type Mapping, type Place, readDocument, type Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { isNull, mappingOf } from '../tree.ts'

/** A Compose file is written by hand: one of this size is something else. */
export const COMPOSE_BYTES_MAX = 1024 * 1024
/** Files that one load opens, each time that one is named counted: a person has a dozen. */
const OPENINGS_MAX = 100
/** Characters that variables and merging make of all files together. */
const CHARACTERS_MAX = 8 * 1024 * 1024
/** Entries and items that merging and extending touch: a thousand services, each of them extended ten times. */
const MERGES_MAX = 1_000_000

export type FileText =
  | { readonly text: string }
  | { readonly text: null; readonly missing: boolean; readonly detail: string }

/** The world of files, as paths that are relative to the working directory, or absolute. */
export interface Files {
  /** Also true of what is there and cannot be read: that is told when it is read. */
  exists(path: string): boolean
  /** The text of a file of at most that many bytes. */
  read(path: string, bytesMax: number): FileText
  /** `path` as seen from `folder`. */
  resolve(folder: string, path: string): string
  folderOf(path: string): string
  /** The whole path, also of the folder that is `.`, and of what begins with `~`. */
  absolute(path: string): string
}

/** Where something was named, for messages. */
export interface Reference {
  readonly place: Place
  readonly where: string
}

export interface Session {
  readonly notes: Notes
  /** `path` as seen from `folder`; what is no path stays as it is, and is refused where it is read. */
  resolve(folder: string, path: string): string
  folderOf(path: string): string
  /** A file that a person named to the command. @throws `composeUnreadable` */
  readGiven(path: string, bytesMax: number): string
  /** A file that a Compose file names; null, and a problem noted, where it cannot be had; null alone where it may be missing and is. */
  readNamed(path: string, bytesMax: number, by: Reference, required: boolean): string | null
  /** The mapping that a Compose file holds, before anything is made of it; null, and problems noted, where it holds none. */
  parse(text: string, path: string): Mapping | null
  warnUnset(name: string, place: Place, where: string): void
  /** @throws `composeTooLarge` */
  grow(characters: number, place: Place, where: string): void
  /** @throws `composeTooLarge` */
  spend(steps: number, place: Place): void
}

export const createSession = (files: Files, notes: Notes): Session => {
  const parsed = new Map<string, Mapping | null>()
  const warned = new Set<string>()
  let [openings, characters, merges] = [0, 0, 0]
  const tooLarge = ({ file, line, column }: Place, where: string, detail: string) =>
    new CoterieError('composeTooLarge', { file, line, column, where, detail, more: 0 })

  const parse = (text: string, path: string): Mapping | null => {
    const document = readDocument(text, path)
    if (!document.ok) {
      for (const { detail, ...place } of document.problems) notes.problem(place, '', detail)
      return null
    }
    const { root } = document
    if (root.kind === 'mapping') return root
    if (isNull(root)) return mappingOf([], root.place)
    notes.problem(root.place, 'services', 'a mapping with at least one service is expected')
    return null
  }

  return {
    notes,
    resolve: (folder, path) => (isRemote(path) ? path : files.resolve(folder, path)),
    folderOf: (path) => files.folderOf(path),
    readGiven: (path, bytesMax) => {
      const found = files.read(path, bytesMax)
      if (found.text === null)
        throw new CoterieError('composeUnreadable', { file: path, detail: found.detail })
      return found.text
    },
    readNamed: (path, bytesMax, { place, where }, required) => {
      if (++openings > OPENINGS_MAX) throw tooLarge(place, where, `more than ${OPENINGS_MAX} files are named`)
      if (isRemote(path)) {
        const detail = `${path} is no path, and nothing is fetched`
        notes.problem(place, where, detail, 'composeRemote')
        return null
      }
      const found = files.read(path, bytesMax)
      if (found.text === null && (required || !found.missing))
        notes.problem(place, where, `${path} cannot be read: ${found.detail}`, 'composeFileMissing')
      return found.text
    },
    parse: (text, path) => {
      const known = parsed.get(path)
      if (known !== undefined) return known
      const root = parse(text, path)
      parsed.set(path, root)
      return root
    },
    warnUnset: (name, place, where) => {
      if (warned.has(name)) return
      warned.add(name)
      notes.warning(place, where, `the variable ${name} is not set, and an empty text stands for it`)
    },
    grow: (more, place, where) => {
      characters += more
      if (characters > CHARACTERS_MAX)
        throw tooLarge(place, where, `variables make more than ${CHARACTERS_MAX} characters of the files`)
    },
    spend: (steps, place) => {
      merges += steps
      if (merges > MERGES_MAX) throw tooLarge(place, '', `merging takes more than ${MERGES_MAX} steps`)
    },
  }
}

/** URLs of any scheme, `file://` too, and what Git takes for one. */
const isRemote = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\/|^[^/]+@[^/]+:/i.test(path)

/** What kind of value it is, in words. */
export const kindOf = ({ kind }: Value): string => (kind === 'scalar' ? 'a value' : `a ${kind}`)
