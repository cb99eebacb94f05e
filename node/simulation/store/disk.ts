/**
 * One machine's disk with LevelDB's directory on it, as `node/storage` uses it: what waits while one batch is synced goes
 * together as the next, which is one record of the write-ahead log.
 *
 * At most one record is not synced at any time. A crash leaves it whole or not at all: one that is torn fails its checksum
 * and is dropped with all that is in it. What was acknowledged stays. After a failed write every other is refused until the
 * store is opened again. A full disk leaves that record torn; of one whose sync failed nobody knows, and it is drawn.
 * Sources: LevelDB 1.20, `DBImpl::Write` and `log::Reader`; `node/storage/batch-writer.ts`.
 *
 * Excluded, because the real store excludes it: half of a batch, a later batch without an earlier one, a read of what
 * is not synced yet, two lives at once. Left out: damage to what was synced, which `node/storage` refuses to open; a
 * new log whose name the file system forgets; a store that cannot even be opened because the disk is full.
 */
import type { HardState, StoreId } from '../../../protocols/consensus/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Random } from '../../ports/clock.ts'
import { between, chance } from '../random.ts'
import { applyBatch, type Batch, blankContent, type Content, copyOf } from './content.ts'
import { type Medium, type OpenLife, openLife, SIMULATED_PATH } from './life.ts'
import type { Durable, SimulatedDisk, SimulatedDiskComponents } from './types.ts'

/** A sync takes this long, in milliseconds: from a drive with a safe cache to one that spins. */
const SYNC_MS_LEAST = 0.1
const SYNC_MS_MOST = 8

/** As `node/storage` makes it at random: for a blank directory, and for one that is a copy. */
const newStoreId = (random: Random): StoreId =>
  Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')

/** A blank disk, for all lives of one node. */
export const createSimulatedDisk = ({ after, random }: SimulatedDiskComponents): SimulatedDisk => {
  let content = blankContent(newStoreId(random))
  let life: OpenLife | null = null
  let syncMsMost = SYNC_MS_MOST
  let isFull = false
  let failing = 0
  const hooks: Record<'before' | 'after', (() => void)[]> = { before: [], after: [] }
  const acknowledged: { hardState: HardState | null; lastIndex: number } = { hardState: null, lastIndex: 0 }

  const show = (shown: () => Content): Durable => ({
    get stamp() {
      return shown().stamp
    },
    get hardState() {
      return shown().hardState
    },
    get snapshot() {
      return shown().snapshot
    },
    get base() {
      return shown().base
    },
    get entries() {
      return shown().entries
    },
    get configurations() {
      return shown().configurations
    },
    holds: (collection, key) => shown().collections.get(collection)?.has(key) ?? false,
    acknowledged,
  })
  const durable = show(() => content)
  const lost: Durable[] = []

  const land = (batches: readonly Batch[]): void => {
    for (const batch of batches) applyBatch(content, batch)
  }

  const noteAcknowledged = (batches: readonly Batch[]): void => {
    for (const batch of batches) {
      if (batch.type !== 'consensus') continue
      const { hardState, entries, compaction } = batch.change
      acknowledged.hardState = hardState ?? acknowledged.hardState
      const index = entries.at(-1)?.index ?? compaction?.snapshot.index ?? 0
      acknowledged.lastIndex = Math.max(acknowledged.lastIndex, index)
    }
  }

  /** False where a hook ended the life. */
  const survives = (moment: 'before' | 'after'): boolean => {
    const present = life
    for (const task of hooks[moment].splice(0)) task()
    return life === present
  }

  const medium: Medium = {
    get content() {
      return content
    },
    after,
    syncMs: () => between(random, [SYNC_MS_LEAST, syncMsMost]),
    sync: (batches) => {
      if (isFull) return { type: 'failed', how: 'torn', detail: 'no space left on device' }
      if (!survives('before')) return null
      if (failing > 0) {
        failing -= 1
        return { type: 'failed', how: 'unsure', detail: 'input/output error' }
      }
      land(batches)
      life?.synced()
      if (!survives('after')) return null
      noteAcknowledged(batches)
      return { type: 'synced' }
    },
    closed: () => release(chance(random, 0.5)),
  }

  /** The disk is free for the next life, with the record that was not synced kept or lost. */
  const release = (keep: boolean): void => {
    if (keep && life !== null) land(life.unsynced())
    life = null
  }

  const crash = (keep: boolean): void => {
    life?.end()
    release(keep)
  }

  const replaceContent = (next: Content): void => {
    crash(false)
    const before = content
    lost.push(show(() => before))
    content = next
  }

  return {
    open: (settle) => {
      if (life !== null) throw new CoterieError('dataDirInUse', { path: SIMULATED_PATH, pid: null })
      content.stamp = { ...content.stamp, boot: content.stamp.boot + 1 }
      life = openLife(medium, settle)
      return life
    },
    durable: () => durable,
    stores: () => [durable, ...lost],
    crash: (unsynced) => crash(unsynced === undefined ? chance(random, 0.5) : unsynced === 'kept'),
    atNextSync: (moment, task) => {
      hooks[moment].push(task)
    },
    failWrites: (count) => {
      failing = count
    },
    fill: () => {
      isFull = true
    },
    drain: () => {
      isFull = false
    },
    slow: (syncMs) => {
      syncMsMost = Math.max(syncMs ?? SYNC_MS_MOST, SYNC_MS_LEAST)
    },
    mend: () => {
      isFull = false
      syncMsMost = SYNC_MS_MOST
      failing = 0
      hooks.before = []
      hooks.after = []
    },
    lose: () => replaceContent(blankContent(newStoreId(random))),
    copy: () => ({ content: copyOf(content) }),
    restore: (copy) =>
      replaceContent({ ...copyOf(copy.content), stamp: { id: newStoreId(random), boot: 0 } }),
  }
}
