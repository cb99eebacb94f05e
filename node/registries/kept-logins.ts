/**
 * Logins that the mesh was given, on this disk: sealed with AES-256-GCM under a key that HKDF makes of the node's own, so that they are
 * not in copies of the store. Whoever reads the data directory as its user has that key too.
 */
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { LoginSchema, RegistrySchema } from '../../protocols/engine/index.ts'
import { defineMessage } from '../../protocols/wire/index.ts'
import type { RegistryLogin } from '../ports/engine.ts'
import type { RecordStore } from '../ports/storage.ts'

const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16]

export interface KeptLogin {
  readonly registry: string
  /** Wall clock of whoever gave it, or took it away; the later one counts. */
  readonly atMs: number
  /** Null where it was taken away. */
  readonly login: RegistryLogin | null
}

const keptCodec = defineMessage(
  'kept login',
  Type.Object({
    registry: RegistrySchema,
    atMs: Type.Integer({ minimum: 0 }),
    login: Type.Union([LoginSchema, Type.Null()]),
  }),
)

/** The key of this node's logins. */
export const sealingKey = (privateKey: KeyObject): Uint8Array => {
  const { d } = privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(d as string, 'base64url')
  return new Uint8Array(hkdfSync('sha256', seed, '', 'coterie registry logins 1', KEY_BYTES))
}

const seal = (key: Uint8Array, name: string, plain: Uint8Array): Uint8Array => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const open = (key: Uint8Array, name: string, sealed: Uint8Array): Uint8Array => {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
}

export interface KeptLogins {
  /** What cannot be opened, since the node has another key, counts as none. Returns how many that were. */
  load(): Promise<number>
  all(): readonly KeptLogin[]
  of(registry: string): KeptLogin | null
  /** On disk when it resolves. @throws `storeFailed` */
  keep(kept: KeptLogin): Promise<void>
}

export const createKeptLogins = (records: RecordStore, key: Uint8Array): KeptLogins => {
  const logins = new Map<string, KeptLogin>()
  return {
    load: async () => {
      let lost = 0
      for await (const [registry, sealed] of records.entries()) {
        try {
          logins.set(registry, keptCodec.decode(new Uint8Array(open(key, registry, sealed))))
        } catch {
          lost += 1
        }
      }
      return lost
    },
    all: () => [...logins.values()],
    of: (registry) => logins.get(registry) ?? null,
    keep: async (kept) => {
      const value = seal(key, kept.registry, keptCodec.encode(kept))
      await records.write([{ key: kept.registry, value }])
      logins.set(kept.registry, kept)
    },
  }
}
