/** The first line of a backup: JSON, so that a person who finds the file in ten years sees what it is. */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

export const BACKUP_VERSION = 1

const WHAT = 'a backup of a coterie node'

const Base64Schema = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 128 })

const HeadSchema = Type.Object({
  what: Type.Literal(WHAT),
  version: Type.Literal(BACKUP_VERSION),
  mesh: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  scrypt: Type.Object({
    n: Type.Integer(),
    r: Type.Integer(),
    p: Type.Integer(),
    salt: Base64Schema,
  }),
  /** Made of the passphrase, and tells a wrong one. */
  check: Base64Schema,
})
export type BackupHead = Static<typeof HeadSchema>

/** With the end of the line. */
export const writeHead = (head: Omit<BackupHead, 'what' | 'version'>): string =>
  `${JSON.stringify({ what: WHAT, version: BACKUP_VERSION, ...head })}\n`

export type ReadHead =
  | { readonly type: 'head'; readonly head: BackupHead }
  | { readonly type: 'newer'; readonly version: number }
  | { readonly type: 'none' }

/** What a first line says. */
export const readHead = (line: string): ReadHead => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { type: 'none' }
  }
  if (Value.Check(HeadSchema, value)) return { type: 'head', head: value }
  const { what, version } = (value ?? {}) as { what?: unknown; version?: unknown }
  const isNewer = what === WHAT && Number.isSafeInteger(version) && (version as number) > BACKUP_VERSION
  return isNewer ? { type: 'newer', version: version as number } : { type: 'none' }
}
