/** Puts the archive in place of a document that is over, and holds the archives that the log names. */
import type { Hash } from '../../crdt/index.ts'
import {
  archiveHash,
  type DocumentId,
  decodeArchive,
  documentKey,
  encodeArchive,
  parseTaskRecord,
  type RecordDocument,
  type TaskRecord,
} from '../../crdt/records/index.ts'
import { ARCHIVE_BYTES_MAX, type Archive, isClosed } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { Connections } from '../ports/network.ts'
import { archiveChange, type RecordsDisk, recordChange } from './disk.ts'
import type { Documents } from './documents.ts'
import type { Filing } from './filing.ts'
import type { Intake } from './intake.ts'
import type { Links } from './links.ts'
import type { Puller } from './puller.ts'
import type { RecordsComponents } from './types.ts'

export interface SettlingComponents extends Pick<RecordsComponents, 'decisions' | 'packing' | 'logger'> {
  readonly documents: Documents
  readonly disk: RecordsDisk
  readonly links: Pick<Links, 'linked' | 'isLinked'>
  readonly intake: Pick<Intake, 'whileStill'>
  readonly filing: Pick<Filing, 'fileNow'>
  readonly puller: Pick<Puller, 'archive'>
  readonly connections: Pick<Connections, 'connected'>
  readonly hash: Hash
}

interface Held {
  readonly packed: Uint8Array
  readonly bytes: Uint8Array
}

export class Settling {
  readonly #components: SettlingComponents
  /** Archives on this disk. */
  readonly #here = new Map<string, DocumentId>()
  /** Archives that are what the log names and hold no records: set aside until the next start, which may be of a version that reads them. */
  readonly #unreadable = new Set<string>()

  constructor(components: SettlingComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    for (const id of await this.#components.disk.archives()) this.#here.set(documentKey(id), id)
  }

  isHere(id: DocumentId): boolean {
    return this.#here.has(documentKey(id))
  }

  /** Looks once at everything. @throws `storeFailed` */
  async review(): Promise<void> {
    const { documents, decisions } = this.#components
    for (const document of documents.all())
      if (isClosed(decisions.view.periods, document.id)) await this.#settle(document)
    await this.#fetchMissing()
    await this.#dropArchives((id) => isClosed(decisions.view.periods, id) && this.#row(id) === undefined)
  }

  /** Out of this node, once `mayDrop` has resolved: the open documents, to which nothing comes meanwhile, and the archives of a project. @throws `storeFailed` */
  async dropProject(project: string, mayDrop: () => Promise<void>): Promise<void> {
    const { documents, intake } = this.#components
    await intake.whileStill(async () => {
      await mayDrop()
      for (const document of documents.all(project)) await this.#drop(document)
    })
    await this.#dropArchives((id) => id.project === project)
  }

  /** The records in the archive on this disk; null where it is not here, not sound, or cannot be read. */
  async read(id: DocumentId, hash: string): Promise<readonly TaskRecord[] | null> {
    const archive = this.#isUnreadable(id) ? null : await this.#stored(id, hash)
    return archive && this.#decode(id, archive)
  }

  /** Unpacked; null where it is not here or not sound. */
  async #stored(id: DocumentId, hash: string): Promise<Held | null> {
    const { disk, packing, hash: hashOf } = this.#components
    const packed = await disk.archive(id)
    if (packed === null) return null
    const bytes = await packing.unpack(packed, ARCHIVE_BYTES_MAX).catch(() => null)
    return bytes !== null && archiveHash(bytes, hashOf) === hash ? { packed, bytes } : null
  }

  #isUnreadable(id: DocumentId): boolean {
    return this.#unreadable.has(documentKey(id))
  }

  /** Null where it holds no records, which is said once: who had the log name it wrote it so, and the others go on. */
  #decode(id: DocumentId, { bytes }: Held): readonly TaskRecord[] | null {
    const { hash, logger } = this.#components
    try {
      return decodeArchive(id, bytes, hash)
    } catch (error) {
      if (!isCoterieError(error)) throw error
      this.#unreadable.add(documentKey(id))
      logger.error(
        { document: documentKey(id), code: error.code },
        'an archive that the log names cannot be read; it is set aside, and what this node has of that period stays',
      )
      return null
    }
  }

  #row({ project, period }: DocumentId): Archive | undefined {
    const { archives = [] } = this.#components.decisions.view.periods.get(project) ?? {}
    return archives.find((archive) => archive.period === period)
  }

  /** What of it is not in the archive goes into the period that is open now; then it goes, whole. */
  async #settle(document: RecordDocument): Promise<void> {
    const { decisions, intake, filing, hash } = this.#components
    const { id } = document
    const row = this.#row(id)
    if (row !== undefined && this.#isUnreadable(id)) return
    const archive = row === undefined ? null : await this.#obtain(document, row)
    if (row !== undefined && archive === null) return
    const kept = archive === null ? [] : this.#decode(id, archive)
    if (kept === null) return
    await intake.whileStill(async () => {
      const { droppedThrough = -1 } = decisions.view.periods.get(id.project) ?? {}
      const archived = new Set(kept.map((record) => record.id))
      const late =
        id.period <= droppedThrough ? [] : [...document.entries()].filter(([record]) => !archived.has(record))
      const records = late.map(([, bytes]) => parseTaskRecord(bytes, hash))
      const changes = archive === null ? [] : [archiveChange(id, archive.packed)]
      await filing.fileNow(records, changes)
      if (archive !== null) this.#here.set(documentKey(id), id)
      await this.#drop(document)
    })
  }

  /** Made of the document where that holds the same; from this disk or from a peer otherwise. */
  async #obtain(document: RecordDocument, row: Archive): Promise<Held | null> {
    const { packing, hash } = this.#components
    const { bytes } = encodeArchive(document.entries())
    if (archiveHash(bytes, hash) === row.hash) return { packed: await packing.pack(bytes), bytes }
    return (await this.#stored(document.id, row.hash)) ?? (await this.#fetch(document.id, row))
  }

  async #fetch(id: DocumentId, { hash }: Archive): Promise<Held | null> {
    const { connections, puller, logger } = this.#components
    for (const peer of connections.connected()) {
      try {
        const found = await puller.archive(peer, id, hash)
        if (found !== null) return found
        logger.warn(
          { peer, document: documentKey(id) },
          'a member gave another archive than the one that the log names',
        )
      } catch {
        // It has none, or does not answer: the next one may.
      }
    }
    return null
  }

  /** Archives of linked projects that are not here: of a node that was away, or linked the project later. */
  async #fetchMissing(): Promise<void> {
    const { decisions, links, documents, disk } = this.#components
    for (const project of links.linked()) {
      for (const row of decisions.view.periods.get(project)?.archives ?? []) {
        const id = { project, period: row.period }
        if (this.isHere(id) || documents.get(id) !== null) continue
        const found = await this.#fetch(id, row)
        if (found === null || !links.isLinked(project)) continue
        await disk.write([archiveChange(id, found.packed)])
        this.#here.set(documentKey(id), id)
      }
    }
  }

  async #dropArchives(isGone: (id: DocumentId) => boolean): Promise<void> {
    const gone = [...this.#here.values()].filter(isGone)
    await this.#components.disk.write(gone.map((id) => archiveChange(id, null)))
    for (const id of gone) this.#here.delete(documentKey(id))
  }

  /** Off the disk, then out of memory. */
  async #drop(document: RecordDocument): Promise<void> {
    const { disk, documents } = this.#components
    await disk.write([...document.entries()].map(([record]) => recordChange(document.id, record, null)))
    documents.drop(document.id)
  }
}
