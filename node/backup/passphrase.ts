/** What a backup is sealed by: made of a passphrase and a salt of the file's own. */
import { hkdfSync, timingSafeEqual } from 'node:crypto'
import { type BackupHead, writeHead } from '../../protocols/backup/index.ts'
import { type BackupKey, Unsealed } from './sealing.ts'

export const SALT_BYTES = 16
const [KEY_BYTES, CHECK_BYTES] = [32, 16]

export interface Passphrases {
  /** Makes 32 bytes of a passphrase, at a cost. */
  keyOf(passphrase: string, salt: Uint8Array): Promise<Uint8Array>
  readonly cost: { readonly n: number; readonly r: number; readonly p: number }
}

const derived = (key: Uint8Array, what: string, bytes: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `coterie-backup/1 ${what}`, bytes))

/** For a new file. */
export const newKey = async (
  { keyOf, cost }: Passphrases,
  passphrase: string,
  { mesh, salt }: { readonly mesh: string; readonly salt: Uint8Array },
): Promise<BackupKey> => {
  const key = await keyOf(passphrase, salt)
  const check = Buffer.from(derived(key, 'check', CHECK_BYTES)).toString('base64')
  const line = writeHead({
    mesh,
    scrypt: { ...cost, salt: Buffer.from(salt).toString('base64') },
    check,
  })
  return { cipher: derived(key, 'cipher', KEY_BYTES), head: Buffer.from(line) }
}

/** For a file whose first line says that, as it stands there; null where the passphrase is another one. @throws `Unsealed` */
export const keyFor = async (
  { keyOf, cost }: Passphrases,
  passphrase: string,
  { scrypt, check }: BackupHead,
  line: Uint8Array,
): Promise<BackupKey | null> => {
  // Another cost was never written: a file that asks for one wants this machine's memory.
  if (scrypt.n !== cost.n || scrypt.r !== cost.r || scrypt.p !== cost.p)
    throw new Unsealed('its first line was changed')
  const key = await keyOf(passphrase, Buffer.from(scrypt.salt, 'base64'))
  const [own, given] = [derived(key, 'check', CHECK_BYTES), Buffer.from(check, 'base64')]
  if (own.byteLength !== given.byteLength || !timingSafeEqual(own, given)) return null
  return { cipher: derived(key, 'cipher', KEY_BYTES), head: line }
}
