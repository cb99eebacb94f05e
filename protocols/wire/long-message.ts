/**
 * Messages with long lists, written and read a slice at a time: the same bytes, and as strictly read, as by
 * `defineMessage`. A message is a CBOR map; its fields that are lists are taken apart, each of the others is read whole.
 *
 * Heads as in RFC 8949, section 3: three bits of major type, then a count in five bits or in the 1, 2 or 4 bytes after.
 */
import type { Static, TObject, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { CoterieError } from '../errors/index.ts'
import { decodeAt, encode as encodeValue } from './cbor/index.ts'
import type { MessageCodec } from './codec.ts'
import { atOnce, type Slices } from './slices.ts'

/** Items of a list in one slice: some milliseconds. */
const SLICE_ITEMS = 1_000

const LIST = 4
const MAP = 5

/** By list what to keep of each item: the same in a smaller form, so that what was read is garbage as soon as it was checked. */
export type Keepers<Message> = {
  readonly [Key in keyof Message]?: Message[Key] extends (infer Item)[] ? (item: Item) => Item : never
}

export interface LongMessageCodec<Message> extends MessageCodec<Message> {
  encodeInSlices(message: Message): Slices<Uint8Array>
  /** @throws `malformedMessage` */
  decodeInSlices(bytes: Uint8Array, keepers?: Keepers<Message>): Slices<Message>
}

type Keep = (item: unknown) => unknown

const headOf = (major: number, count: number): Uint8Array => {
  const type = major << 5
  if (count < 24) return Uint8Array.of(type | count)
  if (count < 0x100) return Uint8Array.of(type | 24, count)
  if (count < 0x10000) return Uint8Array.of(type | 25, count >>> 8, count & 0xff)
  return Uint8Array.of(type | 26, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff)
}

/** The head at `at`: of that major type and no longer than it has to be; null for anything else. */
const readHead = (bytes: Uint8Array, at: number, major: number): { count: number; end: number } | null => {
  const first = bytes[at]
  if (first === undefined || first >>> 5 !== major) return null
  const short = first & 0x1f
  const extra = short < 24 ? 0 : 1 << (short - 24)
  const end = at + 1 + extra
  if (short > 26 || end > bytes.byteLength) return null
  const count = bytes.subarray(at + 1, end).reduce((sum, byte) => sum * 256 + byte, extra === 0 ? short : 0)
  return headOf(major, count).byteLength === end - at ? { count, end } : null
}

/** As cborg writes the keys of a map: the shorter first, then by their bytes. */
const inKeyOrder = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : 1) : a.length - b.length

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** Keys are ASCII, as those of all messages are. */
function* encodeInSlices(message: object): Slices<Uint8Array> {
  const fields = Object.entries(message).sort(([a], [b]) => inKeyOrder(a, b))
  const parts = [headOf(MAP, fields.length)]
  for (const [key, value] of fields) {
    parts.push(encodeValue(key))
    if (!Array.isArray(value)) {
      parts.push(encodeValue(value))
      continue
    }
    parts.push(headOf(LIST, value.length))
    for (let from = 0; from < value.length; from += SLICE_ITEMS) {
      if (from > 0) yield
      const slice = value.slice(from, from + SLICE_ITEMS)
      parts.push(encodeValue(slice).subarray(headOf(LIST, slice.length).byteLength))
    }
  }
  return concat(parts)
}

/** Defines a message of which each list is checked by its own schema, a slice of it at a time. */
export const defineLongMessage = <Schema extends TObject>(
  what: string,
  schema: Schema,
): LongMessageCodec<Static<Schema>> => {
  const malformed = (detail: string) => new CoterieError('malformedMessage', { what, detail })
  const checks = new Map<string, ReturnType<typeof Compile<TSchema>>>()
  let rest: ReturnType<typeof Compile<Schema>> | undefined

  const checkOf = (key: string, items: TSchema) => {
    const check = checks.get(key) ?? Compile(items)
    checks.set(key, check)
    return check
  }

  const next = (bytes: Uint8Array, at: number): readonly [value: unknown, end: number] => {
    try {
      return decodeAt(bytes, at)
    } catch (error) {
      throw malformed((error as Error).message)
    }
  }

  function* listAt(bytes: Uint8Array, at: number, key: string, list: TSchema, keep: Keep) {
    const { items, maxItems = Number.POSITIVE_INFINITY } = list as TSchema & {
      items: TSchema
      maxItems?: number
    }
    const head = readHead(bytes, at, LIST)
    if (head === null) throw malformed(`/${key} must be array`)
    if (head.count > maxItems) throw malformed(`/${key} must not have more than ${maxItems} items`)
    const check = checkOf(key, items)
    const values: unknown[] = []
    let { end } = head
    while (values.length < head.count) {
      const [value, after] = next(bytes, end)
      if (!check.Check(value)) throw malformed(`/${key}/${values.length} ${check.Errors(value)[0]?.message}`)
      values.push(keep(value))
      end = after
      if (values.length % SLICE_ITEMS === 0) yield
    }
    return { values, end }
  }

  function* decodeInSlices(bytes: Uint8Array, keepers: Keepers<Static<Schema>> = {}): Slices<Static<Schema>> {
    const keeperOf = (key: string): Keep => (keepers as Record<string, Keep>)[key] ?? ((item) => item)
    const head = readHead(bytes, 0, MAP)
    if (head === null) throw malformed('it is no map')
    const lists = new Map<string, unknown[]>()
    const others: Record<string, unknown> = {}
    let { end } = head
    for (let field = 0; field < head.count; field++) {
      const [key, from] = next(bytes, end)
      if (typeof key !== 'string' || Object.hasOwn(others, key))
        throw malformed('a key is no text, or there twice')
      const property = schema.properties[key] as TSchema & { readonly type?: string }
      if (property?.type === 'array') {
        const list = yield* listAt(bytes, from, key, property, keeperOf(key))
        lists.set(key, list.values)
        others[key] = []
        end = list.end
        continue
      }
      const [value, after] = next(bytes, from)
      others[key] = value
      end = after
    }
    if (end !== bytes.byteLength) throw malformed('bytes follow it')
    rest ??= Compile(schema)
    if (!rest.Check(others)) {
      const [first] = rest.Errors(others)
      throw malformed(`${first?.instancePath || '/'} ${first?.message}`)
    }
    return { ...others, ...Object.fromEntries(lists) } as Static<Schema>
  }

  return {
    schema,
    encode: (message) => atOnce(encodeInSlices(message as object)),
    decode: (bytes) => atOnce(decodeInSlices(bytes)),
    encodeInSlices: (message) => encodeInSlices(message as object),
    decodeInSlices,
  }
}
