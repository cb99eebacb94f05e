/** Reads YAML and remembers where everything stands. The only importer of the YAML library. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'

/** A Compose file is written by hand: one of this size is something else. */
export const COMPOSE_BYTES_MAX = 1024 * 1024

/** Aliases may multiply a document; a hand-written one stays far below. */
const ALIASES_MAX = 100

export interface Place {
  readonly line: number
  readonly column: number
}

/** A value of the document with its place: plain data below, as a person would read it. */
export interface Value {
  readonly place: Place
  readonly data: unknown
  /** The entries of a mapping, in order, merge keys resolved; null where it is not one. */
  entries(): readonly { readonly key: string; readonly keyPlace: Place; readonly value: Value }[] | null
  /** The items of a sequence; null where it is not one. */
  items(): readonly Value[] | null
}

export interface SyntaxProblem extends Place {
  readonly detail: string
}

export type ReadDocument =
  | { readonly ok: true; readonly root: Value }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] }

/** Reads one YAML document; duplicate keys and unknown aliases are syntax problems. */
export const readDocument = (text: string): ReadDocument => {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
  })
  const { errors } = document
  if (errors.length > 0) {
    return {
      ok: false,
      problems: errors.map((error) => ({ ...placeAt(error.pos[0]), detail: firstLine(error.message) })),
    }
  }
  const dangling: SyntaxProblem[] = []
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return
      dangling.push({
        ...placeAt(alias.range?.[0] ?? 0),
        detail: `there is no anchor &${alias.source} before this`,
      })
    },
  })
  if (dangling.length > 0) return { ok: false, problems: dangling }
  try {
    document.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    return { ok: false, problems: [{ ...placeAt(0), detail: firstLine((error as Error).message) }] }
  }

  const placeOf = (node: Node | null): Place => placeAt(node?.range?.[0] ?? 0)
  const resolve = (node: Node | null): Node | null =>
    isAlias(node) ? (node.resolve(document) ?? null) : node

  const entriesOf = (map: YAMLMap): { key: Node; value: Node | null }[] => {
    const merged = new Map<string, { key: Node; value: Node | null }>()
    const own = new Map<string, { key: Node; value: Node | null }>()
    for (const pair of map.items) {
      const key = pair.key as Node
      const value = pair.value as Node | null
      const name = nameOf(key)
      if (name !== MERGE_KEY) {
        own.set(name, { key, value })
        continue
      }
      const target = resolve(value)
      const sources = isSeq(target) ? target.items.map((item) => resolve(item as Node)) : [target]
      for (const source of sources) {
        if (!isMap(source)) continue
        for (const entry of entriesOf(source)) {
          if (!merged.has(nameOf(entry.key))) merged.set(nameOf(entry.key), entry)
        }
      }
    }
    for (const [name, entry] of merged) if (!own.has(name)) own.set(name, entry)
    return [...own.values()]
  }

  const wrap = (given: Node | null): Value => {
    const node = resolve(given)
    return {
      place: placeOf(given),
      get data() {
        return node === null ? null : node.toJS(document, { maxAliasCount: ALIASES_MAX })
      },
      entries: () =>
        isMap(node)
          ? entriesOf(node).map(({ key, value }) => ({
              key: nameOf(key),
              keyPlace: placeOf(key),
              value: wrap(value),
            }))
          : null,
      items: () => (isSeq(node) ? node.items.map((item) => wrap(item as Node)) : null),
    }
  }
  return { ok: true, root: wrap(document.contents as Node | null) }
}

const MERGE_KEY = '<<'

/** A key's text; the library holds the merge key as a symbol. */
const nameOf = (key: Node): string => {
  const value = isScalar(key) ? key.value : key
  return typeof value === 'symbol' ? MERGE_KEY : String(value)
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? text).replace(/:$/, '')
