/** Reads YAML and remembers where everything stands; writes it. The only importer of the YAML library. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
} from 'yaml'

/** Values that aliases and merge keys may unfold a file into: a thousand services of a hundred values each. */
const VALUES_MAX = 100_000
/** Hand-written files stay below ten; whoever walks a value calls itself as deep as this. */
const DEPTH_MAX = 64

export interface Place {
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
}

interface At {
  readonly place: Place
  /** A tag of the file's own, such as `!reset`; null where there is none. */
  readonly tag: string | null
}

export interface Scalar extends At {
  readonly kind: 'scalar'
  readonly data: string | number | boolean | null
  /** As it is written; empty where nothing is. */
  readonly text: string
}

export interface List extends At {
  readonly kind: 'list'
  readonly items: readonly Value[]
}

export interface Entry {
  readonly keyPlace: Place
  readonly value: Value
}

export interface Mapping extends At {
  readonly kind: 'mapping'
  /** In the order of the file, those of merge keys last. */
  readonly entries: ReadonlyMap<string, Entry>
}

/** A value of the document with its place; aliases and merge keys are followed. */
export type Value = Scalar | List | Mapping

export interface SyntaxProblem extends Place {
  readonly detail: string
}

export type ReadDocument =
  | { readonly ok: true; readonly root: Value }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] }

/**
 * Reads one YAML document; duplicate keys, unknown aliases, and more values than a person writes are problems.
 * `plain`: so are all aliases, and unknown tags. `file` is for places.
 */
export const readDocument = (text: string, file: string, { plain = false } = {}): ReadDocument => {
  // The library calls itself once for each level and knows no bound; it notes some of what comes of it as errors of the text.
  const tooDeep: ReadDocument = {
    ok: false,
    problems: [{ file, line: 1, column: 1, detail: `it is nested deeper than ${DEPTH_MAX}` }],
  }
  try {
    const read = readWhole(text, file, plain)
    return !read.ok && read.problems.some(({ detail }) => /call stack/.test(detail)) ? tooDeep : read
  } catch (error) {
    if (error instanceof RangeError) return tooDeep
    throw error
  }
}

const readWhole = (text: string, file: string, plain: boolean): ReadDocument => {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
  })
  const errors = plain ? [...document.errors, ...document.warnings] : document.errors
  const problems = errors.map((error) => ({ ...placeAt(error.pos[0]), detail: firstLine(error.message) }))
  if (problems.length > 0) return { ok: false, problems }

  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(document, {
    Node: (_key, node, path) => {
      if (!isAlias(node)) {
        if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node)
        return
      }
      const target = anchors.get(node.source)
      const refuse = (detail: string) =>
        void problems.push({ ...placeAt(node.range?.[0] ?? 0), detail: `*${node.source} ${detail}` })
      if (plain) refuse('is an alias, and none are read here: write the value itself')
      else if (target === undefined) refuse(`has no anchor &${node.source} before it`)
      else if (path.includes(target)) refuse('stands inside of what it names')
      else targets.set(node, target)
    },
  })
  if (problems.length > 0) return { ok: false, problems }
  try {
    return { ok: true, root: createReader(targets, placeAt).read(document.contents as Node | null, 0) }
  } catch (error) {
    if (error instanceof Unfolded) return { ok: false, problems: [{ ...error.place, detail: error.message }] }
    throw error
  }
}

/** Text that reads back as `data`: maps, arrays and scalars. */
export const writeDocument = (data: unknown): string =>
  stringify(data, { lineWidth: 0, aliasDuplicateObjects: false })

/** The document is larger or deeper than its bounds. */
class Unfolded extends Error {
  readonly place: Place
  constructor(place: Place, message: string) {
    super(message)
    this.place = place
  }
}

interface Pair {
  readonly key: Node
  readonly value: Node | null
}

/** Aliases lead upwards only, so what is read is finite, and what is read of it is counted. */
const createReader = (targets: ReadonlyMap<Alias, Node>, placeAt: (offset: number) => Place) => {
  let count = 0
  const pairsOfMaps = new Map<YAMLMap, ReadonlyMap<string, Pair>>()
  const placeOf = (node: Node | null): Place => placeAt(node?.range?.[0] ?? 0)
  const spend = (node: Node | null) => {
    if (++count > VALUES_MAX)
      throw new Unfolded(placeOf(node), `it unfolds to more than ${VALUES_MAX} values`)
  }
  const follow = (node: Node | null): Node | null => (isAlias(node) ? (targets.get(node) ?? null) : node)

  const pairsOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const known = pairsOfMaps.get(map)
    if (known !== undefined) return known
    const own = new Map<string, Pair>()
    const merged = new Map<string, Pair>()
    for (const pair of map.items) {
      const key = pair.key as Node
      const value = pair.value as Node | null
      if (nameOf(key) !== MERGE_KEY) {
        own.set(nameOf(key), { key, value })
        continue
      }
      const target = follow(value)
      for (const source of isSeq(target) ? target.items : [value]) {
        const from = follow(source as Node | null)
        if (!isMap(from)) throw new Unfolded(placeOf(source as Node), 'a mapping is expected after <<')
        for (const [name, found] of pairsOf(from)) {
          spend(source as Node)
          if (!merged.has(name)) merged.set(name, found)
        }
      }
    }
    for (const [name, pair] of merged) if (!own.has(name)) own.set(name, pair)
    pairsOfMaps.set(map, own)
    return own
  }

  const read = (given: Node | null, depth: number): Value => {
    spend(given)
    const place = placeOf(given)
    if (depth > DEPTH_MAX) throw new Unfolded(place, `it is nested deeper than ${DEPTH_MAX}`)
    const node = follow(given)
    const at = { place, tag: tagOf(node) }
    if (isSeq(node)) {
      const items = node.items.map((item) => read(item as Node | null, depth + 1))
      return { kind: 'list', ...at, items }
    }
    if (isMap(node)) {
      const entries = [...pairsOf(node)].map(
        ([name, { key, value }]) =>
          [name, { keyPlace: placeOf(key), value: read(value, depth + 1) }] as const,
      )
      return { kind: 'mapping', ...at, entries: new Map(entries) }
    }
    const data = isScalar(node) ? node.value : null
    const text = isScalar(node) ? (node.source ?? String(data ?? '')) : ''
    return { kind: 'scalar', ...at, data: isPlainData(data) ? data : text, text }
  }
  return { read }
}

const isPlainData = (data: unknown): data is Scalar['data'] =>
  data === null || ['string', 'number', 'boolean'].includes(typeof data)

/** YAML's own tags, such as `!!str`, are applied by the library and say nothing further. */
const tagOf = (node: Node | null): string | null => {
  const tag = node === null || isAlias(node) ? undefined : node.tag
  return tag?.startsWith('!') ? tag : null
}

const MERGE_KEY = '<<'

/** A key's text; the library holds the merge key as a symbol. */
const nameOf = (key: Node): string => {
  const value = isScalar(key) ? key.value : key
  return typeof value === 'symbol' ? MERGE_KEY : String(value)
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? text).replace(/:$/, '')
