/** Items as bytes, one after the other, and back. */
import { type BackupItem, backupItemCodec, ITEM_BYTES_MAX } from '../../protocols/backup/index.ts'
import { createFrameDecoder, encodeFrame } from '../../protocols/wire/index.ts'
import { Unsealed } from './sealing.ts'

export async function* pack(items: AsyncIterable<BackupItem>): AsyncGenerator<Uint8Array> {
  for await (const item of items) yield encodeFrame(backupItemCodec.encode(item))
}

/** @throws `frameTooLarge`, `malformedMessage`, `Unsealed` where the last one is not whole */
export async function* unpack(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupItem> {
  const decoder = createFrameDecoder(ITEM_BYTES_MAX)
  for await (const chunk of bytes)
    for (const payload of decoder.push(chunk)) yield backupItemCodec.decode(payload)
  if (decoder.pendingBytes > 0) throw new Unsealed('it ends within an item')
}
