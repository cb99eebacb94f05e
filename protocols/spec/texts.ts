/** Forms of text that several parts of a spec have. */
import { Type } from 'typebox'

/** The longest path that Linux takes. */
const PATH_LENGTH_MAX = 4096

/** Without the characters by which an engine's own notation would be led astray. */
export const AbsolutePathSchema = Type.String({ maxLength: PATH_LENGTH_MAX, pattern: '^/[^\\u0000\\n]*$' })

export const TextSchema = (maxLength: number) => Type.String({ maxLength })

/** A command and its arguments. */
export const CommandSchema = Type.Array(TextSchema(4096), { maxItems: 256 })

/** Names to texts. The bound of a name stands in its pattern: of a key, a schema looks at nothing else. */
export const TextsSchema = (name: string, maxLength: number) =>
  Type.Record(Type.String({ pattern: name }), TextSchema(maxLength), { additionalProperties: false })
