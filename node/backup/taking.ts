/** The items of a running node. */
import {
  type BackupFile,
  type BackupItem,
  type BackupManifest,
  PIECE_BYTES_MAX,
  RECORDS_BYTES,
  RECORDS_MAX,
} from '../../protocols/backup/index.ts'
import type { StoreId } from '../../protocols/consensus/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { generationNumber, type Moment, takeMoment } from './moment.ts'
import type { BackupComponents, BackupInit, KeptRecords } from './types.ts'

type Records = Extract<BackupItem, { type: 'records' }>['records']

/** @throws `backupNotReady` where one is missing that every member has */
const readFiles = async ({ files }: BackupComponents): Promise<[name: BackupFile, text: string][]> => {
  const all = Object.entries(await files()) as [BackupFile, string | null][]
  return all.flatMap(([name, text]) => {
    if (text !== null) return [[name, text]]
    if (name === 'root-key.json') return []
    throw new CoterieError('backupNotReady', { detail: `its ${name} is missing` })
  })
}

function* decisionsItems(
  { place, data, nodeTerm, generation }: Moment,
  store: StoreId,
): Generator<BackupItem> {
  const named = generation && { generation }
  yield { type: 'decisions', ...place, nodeTerm, ...named, store, bytes: data.byteLength } as BackupItem
  for (let at = 0; at < data.byteLength; at += PIECE_BYTES_MAX)
    yield { type: 'piece', data: data.subarray(at, Math.min(at + PIECE_BYTES_MAX, data.byteLength)) }
}

/** Some records a time, as they come from the disk. */
async function* recordItems(
  { store }: BackupComponents,
  { collection, prefix }: KeptRecords,
): AsyncGenerator<BackupItem> {
  let records: Records = []
  let bytes = 0
  for await (const page of store.records(collection).pages(prefix)) {
    for (const [key, value] of page) {
      records.push({ key, value })
      bytes += value.byteLength
      if (bytes < RECORDS_BYTES && records.length < RECORDS_MAX) continue
      yield { type: 'records', collection, records }
      records = []
      bytes = 0
    }
  }
  if (records.length > 0) yield { type: 'records', collection, records }
}

/** @throws `backupNotReady` */
const storeOf = ({ store: { stamp } }: BackupComponents): StoreId => {
  if (stamp === null) throw new CoterieError('backupNotReady', { detail: 'its store has no name' })
  return stamp.id
}

export interface Taken {
  readonly manifest: BackupManifest
  readonly items: AsyncIterable<BackupItem>
}

/** @throws `backupNotReady`, `storeCorrupt`, the signal's reason */
export const takeBackup = async (
  components: BackupComponents,
  init: BackupInit,
  signal: AbortSignal,
): Promise<Taken> => {
  const { clock } = components
  const storeId = storeOf(components)
  const { self, mesh, program, format, kept } = init
  const moment = await takeMoment(components, self, signal)
  const files = await readFiles(components)
  const manifest: BackupManifest = {
    mesh: mesh.id,
    meshName: mesh.name,
    node: self,
    nodeName: moment.nodeName,
    atMs: clock.wallMs(),
    program,
    format,
    generation: generationNumber(moment),
    index: moment.place.index,
    upToDate: moment.upToDate,
    rootKey: files.some(([name]) => name === 'root-key.json'),
    issuer: moment.issuer,
    ...moment.counts,
  }
  async function* items(): AsyncGenerator<BackupItem> {
    yield { type: 'manifest', ...manifest }
    for (const [name, text] of files) yield { type: 'file', name, text }
    yield* decisionsItems(moment, storeId)
    for (const each of kept) {
      signal.throwIfAborted()
      yield* recordItems(components, each)
    }
  }
  return { manifest, items: items() }
}
