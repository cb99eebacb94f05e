/**
 * A stream of bytes, sealed a chunk at a time: whatever is changed, moved, left out or cut off is found, at the latest at the end.
 * After the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance, 2015), as age uses it. A key seals one stream, so a counter is nonce enough.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

/** What is held and sealed at a time. */
const CHUNK_BYTES = 64 * 1024
const [NONCE_BYTES, TAG_BYTES] = [12, 16]
const COUNTER_AT = 3
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES

/** The cipher's key, and the first line of the file, which every chunk rests on. */
export interface BackupKey {
  readonly cipher: Uint8Array
  readonly head: Uint8Array
}

/** Something is not as it was sealed. */
export class Unsealed extends Error {}

const nonceOf = (counter: number, isLast: boolean): Uint8Array => {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeBigUInt64BE(BigInt(counter), COUNTER_AT)
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0
  return nonce
}

/** The stream in parts of `bytes`, and what is left as the last one, which may be empty, and of which `isLast` tells. */
async function* inParts(
  stream: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<{ readonly part: Uint8Array; readonly isLast: boolean }> {
  let held: Uint8Array = new Uint8Array()
  for await (const more of stream) {
    held = held.byteLength === 0 ? more : Buffer.concat([held, more])
    // What may be the last one waits for what follows it.
    let at = 0
    for (; held.byteLength - at > bytes; at += bytes)
      yield { part: held.subarray(at, at + bytes), isLast: false }
    held = held.subarray(at)
  }
  yield { part: held, isLast: true }
}

/** The chunks of a stream. */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  { cipher: key, head }: BackupKey,
): AsyncGenerator<Uint8Array> {
  let counter = 0
  for await (const { part, isLast } of inParts(plain, CHUNK_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(counter, isLast)).setAAD(head)
    yield Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()])
    counter += 1
  }
}

/** The stream of which those are the chunks, however they are cut. @throws `Unsealed`, also after all of it that is good was given */
export async function* unseal(
  sealed: AsyncIterable<Uint8Array>,
  { cipher: key, head }: BackupKey,
): AsyncGenerator<Uint8Array> {
  let counter = 0
  for await (const { part, isLast } of inParts(sealed, SEALED_BYTES)) {
    if (part.byteLength < TAG_BYTES) throw new Unsealed('it was cut off')
    const options = { authTagLength: TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(counter, isLast), options)
      .setAAD(head)
      .setAuthTag(part.subarray(-TAG_BYTES))
    const plain = decipher.update(part.subarray(0, -TAG_BYTES))
    try {
      decipher.final()
    } catch {
      throw new Unsealed(
        `it was changed or cut off at byte ${head.byteLength + counter * SEALED_BYTES}, or after`,
      )
    }
    yield plain
    counter += 1
  }
}
