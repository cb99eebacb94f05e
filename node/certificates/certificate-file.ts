/** What a node keeps of certificates, in two files of its data directory that only its user reads. */
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { CoterieError } from '../../protocols/errors/index.ts'

/** Files of the data directory, written as a whole or not at all. */
export interface Files {
  /** Null where there is none. @throws the system's error */
  read(name: string): Promise<string | null>
  /** Mode 0600; on disk when it resolves. @throws `storeFailed` */
  write(name: string, text: string): Promise<void>
  /** What is not there is gone. @throws the system's error */
  remove(name: string): Promise<void>
  /** Where a file stands, for people. */
  pathOf(name: string): string
}

const Base64Schema = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$' })

const AuthoritySchema = Type.Object({ certificate: Base64Schema, key: Base64Schema })

const CertificatesSchema = Type.Object({
  root: Base64Schema,
  /** Each a leaf and its intermediate. */
  identity: Type.Tuple([Base64Schema, Base64Schema]),
  https: Type.Tuple([Base64Schema, Base64Schema]),
  httpsKey: Base64Schema,
  /** With what this node issues certificates; absent where it does not. */
  issuer: Type.Optional(AuthoritySchema),
  /** The key that it is to issue with once it is granted that. */
  issuerKey: Type.Optional(Type.Object({ request: Base64Schema, key: Base64Schema })),
})
/** All bytes are in base64; certificates in DER, keys in PKCS #8. */
export type CertificateFile = Static<typeof CertificatesSchema>

const RootKeySchema = Type.Object({ key: Base64Schema })

export const [CERTIFICATES, ROOT_KEY] = ['certificates.json', 'root-key.json'] as const

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

const load = async <Schema extends TSchema>(
  files: Files,
  name: string,
  schema: Schema,
): Promise<Static<Schema> | null> => {
  const corrupt = (detail: string) => new CoterieError('storeCorrupt', { path: files.pathOf(name), detail })
  let value: unknown
  try {
    const text = await files.read(name)
    if (text === null) return null
    value = JSON.parse(text)
  } catch (error) {
    throw corrupt((error as Error).message)
  }
  if (!Value.Check(schema, value)) throw corrupt('it holds something else')
  return value as Static<Schema>
}

/** Null where there is none yet. @throws `storeCorrupt` */
export const loadCertificates = (files: Files): Promise<CertificateFile | null> =>
  load(files, CERTIFICATES, CertificatesSchema)

export const saveCertificates = (files: Files, file: CertificateFile): Promise<void> =>
  files.write(CERTIFICATES, `${JSON.stringify(file)}\n`)

/** The root's key; null where it is not on this machine. @throws `storeCorrupt` */
export const loadRootKey = async (files: Files): Promise<Uint8Array | null> => {
  const kept = await load(files, ROOT_KEY, RootKeySchema)
  return kept === null ? null : fromBase64(kept.key)
}

export const saveRootKey = (files: Files, key: Uint8Array): Promise<void> =>
  files.write(ROOT_KEY, `${JSON.stringify({ key: toBase64(key) })}\n`)
