/** While this node leads: proposes to archive the periods that are over, once a majority of the voters holds the same of them. */
import { equals } from 'uint8arrays'
import type { Hash } from '../../crdt/index.ts'
import {
  archiveHash,
  type DocumentId,
  documentKey,
  encodeArchive,
  type RecordDocument,
} from '../../crdt/records/index.ts'
import { ARCHIVES_MAX, isClosed } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { archiveChange, type RecordsDisk } from './disk.ts'
import type { Documents } from './documents.ts'
import { ARCHIVES_BYTES_KEPT } from './limits.ts'
import type { Puller } from './puller.ts'
import type { RecordsComponents } from './types.ts'

export interface ClosingComponents
  extends Pick<RecordsComponents, 'decisions' | 'leadership' | 'voters' | 'packing' | 'clock' | 'logger'> {
  readonly self: NodeId
  readonly documents: Documents
  readonly disk: RecordsDisk
  readonly puller: Pick<Puller, 'survey' | 'pull'>
  readonly hash: Hash
  readonly periodMs: number
  readonly graceMs: number
  readonly agreeMaxMs: number
  readonly archivesKept: number
}

export class Closing {
  readonly #components: ClosingComponents

  constructor(components: ClosingComponents) {
    this.#components = components
  }

  /** Looks once at all documents, the oldest of each project first. @throws `storeFailed` */
  async review(): Promise<void> {
    const { documents, leadership, decisions, clock, periodMs, graceMs, agreeMaxMs } = this.#components
    const waits = new Set<string>()
    for (const document of documents.all()) {
      const { project, period } = document.id
      const overMs = clock.wallMs() - (period + periodMs + graceMs)
      if (!leadership.isSettled() || waits.has(project) || overMs < 0) continue
      if (isClosed(decisions.view.periods, document.id)) continue
      if (overMs > agreeMaxMs || (await this.agrees(document)) >= this.#majority())
        await this.#propose(document)
      // In their order: a later one that is closed first would close this one with nothing in it.
      else waits.add(project)
    }
  }

  /** How many voters hold the same as this node; whoever holds something else is pulled from. */
  async agrees({ id }: RecordDocument): Promise<number> {
    const { voters, self, puller, documents } = this.#components
    const answers = voters().map(async (voter) => {
      if (voter === self) return true
      try {
        const theirs = await puller.survey(voter, [id.project])
        const root = theirs?.find(({ period }) => period === id.period)?.root
        const isSame = theirs === null || (root !== undefined && equals(root, documents.root(id)))
        if (!isSame) void puller.pull(voter)
        return isSame
      } catch {
        return false
      }
    })
    return (await Promise.all(answers)).filter(Boolean).length
  }

  #majority(): number {
    return Math.floor(this.#components.voters().length / 2) + 1
  }

  async #propose(document: RecordDocument): Promise<void> {
    const { disk, packing, leadership, hash, logger } = this.#components
    const { project, period } = document.id
    const { bytes, records } = encodeArchive(document.entries())
    await disk.write([archiveChange(document.id, await packing.pack(bytes))])
    try {
      await leadership.decide({
        type: 'periodArchived',
        ...{ project, period, hash: archiveHash(bytes, hash), records, bytes: bytes.byteLength },
        ...this.#drops(document.id, bytes.byteLength),
      })
      logger.info({ document: documentKey(document.id), records }, 'task records were archived')
    } catch (error) {
      // Another leader was quicker, or there is no majority: it is looked at again.
      if (!isCoterieError(error)) throw error
      logger.debug({ document: documentKey(document.id), code: error.code }, 'task records were not archived')
    }
  }

  /** The last archive that is kept no longer with one more: those that are too old, and the oldest where there are too many. */
  #drops({ project, period }: DocumentId, bytes: number): { readonly dropsThrough?: number } {
    const { decisions, archivesKept, periodMs } = this.#components
    const kept = [...(decisions.view.periods.get(project)?.archives ?? [])]
    let total = kept.reduce((sum, archive) => sum + archive.bytes, bytes)
    let dropsThrough: number | undefined
    for (const oldest of kept.slice()) {
      const isOld = oldest.period <= period - archivesKept * periodMs
      if (!isOld && kept.length < ARCHIVES_MAX && total <= ARCHIVES_BYTES_KEPT) break
      kept.shift()
      total -= oldest.bytes
      dropsThrough = oldest.period
    }
    return dropsThrough === undefined ? {} : { dropsThrough }
  }
}
