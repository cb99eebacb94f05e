/**
 * Requests against the TypeBox schemas of the route table. Bodies are taken as they are; parameters and queries
 * are text, so integers and booleans among them are read first.
 */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { CoterieError } from '../../protocols/errors/index.ts'

export type Validator = (given: unknown) => { readonly value: unknown } | { readonly error: Error }

/** Where in the request the value stands, for the error's text. */
export type RequestPart = 'params' | 'querystring' | 'body' | 'headers'

const NAMES: Record<RequestPart, string> = {
  params: 'the path',
  querystring: 'the query',
  body: 'the body',
  headers: 'the headers',
}

/** A check of one part of a request, compiled when first used; its error is `requestInvalid`. */
export const createValidator = (schema: TSchema, part: RequestPart): Validator => {
  let check: ReturnType<typeof Compile<TSchema>> | undefined
  return (given) => {
    check ??= Compile(schema)
    const value = part === 'body' ? given : readTexts(schema, given)
    return check.Check(value) ? { value } : { error: complaint(NAMES[part], check.Errors(value)) }
  }
}

interface Finding {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
}

/** The finding about an unknown key says only that a schema is false, so it gets words of its own. */
const complaint = (part: string, [first]: readonly Finding[]): Error => {
  const place = first?.instancePath ? `${part} at ${first.instancePath}` : part
  const detail =
    first?.keyword === 'boolean' ? `${place} is not known` : `${place} ${first?.message ?? 'does not fit'}`
  return new CoterieError('requestInvalid', { detail })
}

const readTexts = (schema: TSchema, given: unknown): unknown => {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, { type?: string }>> }
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([key, text]) => [key, readText(properties[key]?.type, text)]),
  )
}

const readText = (type: string | undefined, text: unknown): unknown => {
  if (typeof text !== 'string') return text
  if (type === 'integer' && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
