/** The items of a backup, put into an empty store and beside it; nothing counts before all of them are there and fit together. */
import type {
  BackedUpDecisions,
  BackupFile,
  BackupItem,
  BackupManifest,
} from '../../protocols/backup/index.ts'
import type { Configuration, StoreId } from '../../protocols/consensus/index.ts'
import { numberOf } from '../../protocols/generations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { Unsealed } from './sealing.ts'
import type { RestoreTarget } from './types.ts'

/** The snapshot as far as it has come. */
interface Decided extends BackedUpDecisions {
  readonly data: Uint8Array
  filled: number
}

export interface Restoring {
  /** Called with the manifest before anything is written; what it throws ends the restoring. */
  onManifest(manifest: BackupManifest): void
  /** Null where a backup is only looked at. */
  readonly target: RestoreTarget | null
}

/** What every restored node has. */
const NEEDED: readonly BackupFile[] = ['identity.json', 'mesh.json', 'certificates.json']

/**
 * A voter for which no store is named counts whatever its store. The one that is restored is not the one that promised, so
 * the lost one is named in its place.
 */
export const withLostStore = (configuration: Configuration, node: NodeId, lost: StoreId): Configuration => {
  const { voters, stores, votersOutgoing, storesOutgoing } = configuration
  const named = (among: readonly NodeId[], names: Configuration['stores']) =>
    among.includes(node) && names?.[node] === undefined ? { ...names, [node]: lost } : names
  const [incoming, outgoing] = [named(voters, stores), named(votersOutgoing, storesOutgoing)]
  return {
    ...configuration,
    ...(incoming && { stores: incoming }),
    ...(outgoing && { storesOutgoing: outgoing }),
  }
}

const writeDecided = async (
  target: RestoreTarget,
  { index, term, configuration, nodeTerm, generation, store, data }: Decided,
  node: NodeId,
): Promise<void> => {
  await target.writeConsensus({
    hardState: {
      term: Math.max(term, nodeTerm),
      votedFor: null,
      commitIndex: index,
      ...(generation && { generation }),
    },
    entries: [],
    snapshot: { index, term, configuration: withLostStore(configuration, node, store), data },
    base: { index, term },
  })
}

const checkWhole = (
  manifest: BackupManifest,
  decided: Decided | null,
  files: ReadonlySet<BackupFile>,
): Decided => {
  const wrong = (detail: string) => new Unsealed(detail)
  const absent = NEEDED.find((name) => !files.has(name))
  if (absent !== undefined) throw wrong(`${absent} is not in it`)
  if (decided === null || decided.filled !== decided.data.byteLength)
    throw wrong('the decisions in it are not whole')
  const isOther =
    decided.index !== manifest.index || numberOf(decided.generation ?? null) !== manifest.generation
  if (isOther) throw wrong('its parts are of different backups')
  return decided
}

/** Reads all items, and puts them into the target. @throws `Unsealed`, what the target throws, what `items` throw */
export const restoreItems = async (
  items: AsyncIterable<BackupItem>,
  { onManifest, target }: Restoring,
): Promise<BackupManifest> => {
  let manifest: BackupManifest | null = null
  let decided: Decided | null = null
  const files = new Set<BackupFile>()
  for await (const item of items) {
    if ((item.type === 'manifest') !== (manifest === null)) throw new Unsealed('its parts are out of order')
    switch (item.type) {
      case 'manifest': {
        const { type: _, ...said } = item
        manifest = said
        onManifest(manifest)
        break
      }
      case 'file':
        files.add(item.name)
        await target?.writeFile(item.name, item.text)
        break
      case 'decisions': {
        const { type: _, bytes, ...place } = item
        decided = { ...place, data: new Uint8Array(bytes), filled: 0 }
        break
      }
      case 'piece':
        if (decided === null || decided.filled + item.data.byteLength > decided.data.byteLength)
          throw new Unsealed('the decisions in it are not whole')
        decided.data.set(item.data, decided.filled)
        decided.filled += item.data.byteLength
        break
      case 'records':
        await target?.writeRecords(item.collection, item.records)
    }
  }
  if (manifest === null) throw new Unsealed('it is empty')
  const whole = checkWhole(manifest, decided, files)
  if (target !== null) await writeDecided(target, whole, manifest.node)
  return manifest
}
