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
  /** True where there is nothing but comments. */
  isEmpty(): boolean
  /** What a scalar says, as it is written; null where it is none, or says nothing. */
  text(): string | null
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

/** Reads one YAML document; duplicate keys and unknown aliases are syntax problems. `plain`: so are all aliases, and unknown tags. */
export const readDocument = (text: string, { plain = false } = {}): ReadDocument => {
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
  const errors = plain ? [...document.errors, ...document.warnings] : document.errors
  if (errors.length > 0) {
    return {
      ok: false,
      problems: errors.map((error) => ({ ...placeAt(error.pos[0]), detail: firstLine(error.message) })),
    }
  }
  const refused: SyntaxProblem[] = []
  visit(document, {
    Alias: (_key, alias) => {
      const detail = plain
        ? `*${alias.source} is an alias, and none are read here: write the value itself`
        : `there is no anchor &${alias.source} before this`
      if (plain || alias.resolve(document) === undefined)
        refused.push({ ...placeAt(alias.range?.[0] ?? 0), detail })
    },
  })
  if (refused.length > 0) return { ok: false, problems: refused }
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
      isEmpty: () => node === null || (isScalar(node) && node.value === null && node.source === ''),
      text: () => (isScalar(node) && node.value !== null ? (node.source ?? String(node.value)) : null),
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
