/** A backup as a stream of items: opened, read strictly, and every fault told by its code. */
import { BACKUP_VERSION, type BackupItem, HEAD_BYTES_MAX, readHead } from '../../protocols/backup/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { unpack } from './packing.ts'
import { keyFor, type Passphrases } from './passphrase.ts'
import { Unsealed, unseal } from './sealing.ts'

/** The bytes of the file, and its path, for people. */
export interface BackupSource {
  readonly path: string
  bytes(): AsyncIterable<Uint8Array>
}

const LINE_END = 0x0a

/** The first line, with its end, and all that follows it. @throws `backupUnreadable` */
const splitHead = async (
  { path }: BackupSource,
  bytes: AsyncIterator<Uint8Array>,
): Promise<{ readonly line: Uint8Array; readonly rest: AsyncIterable<Uint8Array> }> => {
  let held: Uint8Array = new Uint8Array()
  let end = -1
  while (end < 0 && held.byteLength <= HEAD_BYTES_MAX) {
    const { value, done } = await bytes.next()
    if (done === true) break
    held = Buffer.concat([held, value])
    end = held.indexOf(LINE_END)
  }
  if (end < 0 || end >= HEAD_BYTES_MAX)
    throw new CoterieError('backupUnreadable', { path, detail: 'it does not begin as one' })
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield held.subarray(end + 1)
    yield* { [Symbol.asyncIterator]: () => bytes }
  }
  return { line: held.subarray(0, end + 1), rest: rest() }
}

const told = (path: string, error: unknown): unknown => {
  const damaged = (detail: string) => new CoterieError('backupDamaged', { path, detail })
  if (error instanceof Unsealed) return damaged(error.message)
  if (isCoterieError(error, 'malformedMessage') || isCoterieError(error, 'frameTooLarge'))
    return damaged(`it holds something else than a backup: ${error.message}`)
  if (isCoterieError(error)) return error
  // What the file system says.
  return new CoterieError('backupUnreadable', { path, detail: (error as Error).message })
}

/**
 * The items, the manifest first. What was given counts only once it has ended without an error.
 * @throws `backupUnreadable`, `backupPassphraseWrong`, `backupDamaged`, `backupNewer`
 */
export async function* readItems(
  passphrases: Passphrases,
  source: BackupSource,
  passphrase: string,
): AsyncGenerator<BackupItem> {
  const { path } = source
  const bytes = source.bytes()[Symbol.asyncIterator]()
  try {
    const { line, rest } = await splitHead(source, bytes)
    const read = readHead(Buffer.from(line).toString('utf8'))
    if (read.type === 'newer') {
      const detail = `it has the form ${read.version}, and this version reads ${BACKUP_VERSION}`
      throw new CoterieError('backupNewer', { path, detail })
    }
    if (read.type === 'none')
      throw new CoterieError('backupUnreadable', { path, detail: 'it does not begin as one' })
    const key = await keyFor(passphrases, passphrase, read.head, line)
    if (key === null) throw new CoterieError('backupPassphraseWrong', { path })
    yield* unpack(unseal(rest, key))
  } catch (error) {
    throw told(path, error)
  } finally {
    await bytes.return?.()
  }
}
