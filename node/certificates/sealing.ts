/**
 * The root's key in a file that leaves the machine: AES-256-GCM under a key that scrypt makes of a passphrase, as JSON, so that
 * a person who finds it in ten years sees what it is.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** 128 MiB and half a second for each guess. */
export const PASSPHRASE_COST = { n: 2 ** 17, r: 8, p: 1 } as const
const MEMORY_BYTES_MAX = 256 * 1024 * 1024
const [KEY_BYTES, SALT_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 16, 12, 16]

const BytesSchema = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 4_096 })

const SealedSchema = Type.Object({
  what: Type.Literal("the key of a coterie mesh's root"),
  version: Type.Literal(1),
  mesh: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  /** The root's certificate, DER in base64. */
  root: BytesSchema,
  scrypt: Type.Object({
    n: Type.Literal(PASSPHRASE_COST.n),
    r: Type.Literal(PASSPHRASE_COST.r),
    p: Type.Literal(PASSPHRASE_COST.p),
    salt: BytesSchema,
  }),
  /** AES-256-GCM; the additional data is `coterie-root-key/1|` and the mesh. */
  aes256gcm: Type.Object({ nonce: BytesSchema, sealed: BytesSchema }),
})
export type SealedRoot = Static<typeof SealedSchema>

/** 32 bytes that take `PASSPHRASE_COST` to make. */
export const passphraseKey = (passphrase: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { n: N, r, p } = PASSPHRASE_COST
    const options = { N, r, p, maxmem: MEMORY_BYTES_MAX }
    // The same passphrase gives the same bytes, however its accents were typed.
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })

const additional = (mesh: string): Buffer => Buffer.from(`coterie-root-key/1|${mesh}`)

/** What stands in the file. */
export const sealRoot = async (
  { mesh, root, key }: { readonly mesh: string; readonly root: Uint8Array; readonly key: Uint8Array },
  passphrase: string,
): Promise<string> => {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)]
  const cipher = createCipheriv('aes-256-gcm', await passphraseKey(passphrase, salt), nonce).setAAD(
    additional(mesh),
  )
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()])
  const file: SealedRoot = {
    what: "the key of a coterie mesh's root",
    version: 1,
    mesh,
    root: Buffer.from(root).toString('base64'),
    scrypt: { ...PASSPHRASE_COST, salt: salt.toString('base64') },
    aes256gcm: { nonce: nonce.toString('base64'), sealed: sealed.toString('base64') },
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** What a file says without a passphrase; null where it is none of `sealRoot`. */
export const readSealed = (text: string): SealedRoot | null => {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(SealedSchema, value) ? value : null
  } catch {
    return null
  }
}

/** The key; null where the passphrase is another one, or the file was changed. */
export const openSealed = async (
  { mesh, scrypt: { salt }, aes256gcm }: SealedRoot,
  passphrase: string,
): Promise<Uint8Array | null> => {
  const key = await passphraseKey(passphrase, Buffer.from(salt, 'base64'))
  const nonce = Buffer.from(aes256gcm.nonce, 'base64')
  const sealed = Buffer.from(aes256gcm.sealed, 'base64')
  if (nonce.byteLength !== NONCE_BYTES || sealed.byteLength <= TAG_BYTES) return null
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(additional(mesh))
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]))
  } catch {
    return null
  }
}
