/** The open documents of this node, and how much more they may take. */
import { concat, fromString } from 'uint8arrays'
import type { Hash } from '../../crdt/index.ts'
import {
  DOCUMENTS_OF_PROJECT_MAX,
  type DocumentId,
  documentKey,
  openRecordDocument,
  RECORD_OVERHEAD_BYTES,
  type RecordDocument,
  type TaskRecord,
} from '../../crdt/records/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Random } from '../ports/clock.ts'
import { DOCUMENT_BYTES_MAX, DOCUMENTS_BYTES_MAX, NODE_BYTES_MAX } from './limits.ts'

/** Client ids of Yjs have 32 bits. */
const CLIENT_IDS = 2 ** 32

/** Of a document that is not here: as if it were empty. */
const EMPTY_ROOT = new Uint8Array(32)

export interface DocumentsComponents {
  readonly random: Random
  readonly hash: Hash
  /** A change of a document, as a Yjs update, with its origin. */
  onUpdate(id: DocumentId, update: Uint8Array, origin: string): void
}

export class Documents {
  readonly #components: DocumentsComponents
  readonly #documents = new Map<string, RecordDocument>()
  readonly #roots = new WeakMap<RecordDocument, { readonly version: number; readonly root: Uint8Array }>()

  constructor(components: DocumentsComponents) {
    this.#components = components
  }

  /** In order of their keys; of one project where it is given. */
  all(project?: string): RecordDocument[] {
    return [...this.#documents.values()]
      .filter(({ id }) => project === undefined || id.project === project)
      .sort((a, b) =>
        a.id.project === b.id.project ? a.id.period - b.id.period : a.id.project < b.id.project ? -1 : 1,
      )
  }

  get(id: DocumentId): RecordDocument | null {
    return this.#documents.get(documentKey(id)) ?? null
  }

  /** The document; a new one where there is none. */
  open(id: DocumentId): RecordDocument {
    const known = this.get(id)
    if (known !== null) return known
    const { random, onUpdate } = this.#components
    const document = openRecordDocument(id, Math.floor(random() * CLIENT_IDS))
    document.onUpdate((update, origin) => onUpdate(id, update, origin))
    this.#documents.set(documentKey(id), document)
    return document
  }

  /** Out of memory, whole. */
  drop(id: DocumentId): void {
    this.get(id)?.close()
    this.#documents.delete(documentKey(id))
  }

  /** Equal for two documents that hold the same; all zeros for one that is not here. */
  root(id: DocumentId): Uint8Array {
    const document = this.get(id)
    if (document === null || document.index.size === 0) return EMPTY_ROOT
    const { version } = document.index
    const known = this.#roots.get(document)
    if (known?.version === version) return known.root
    const root = this.#components.hash(document.index.digests())
    this.#roots.set(document, { version, root })
    return root
  }

  /** Over all documents of these projects. */
  rootOf(projects: readonly string[]): Uint8Array {
    const parts = projects.flatMap((project) =>
      this.all(project).flatMap(({ id }) => [fromString(`${documentKey(id)}\0`), this.root(id)]),
    )
    return this.#components.hash(concat(parts))
  }

  /** Whether the record, which is not here, finds room in that document. @throws `recordsFull` */
  checkRoom(id: DocumentId, { node, bytes }: TaskRecord): void {
    const document = this.get(id)
    const size = bytes.byteLength + RECORD_OVERHEAD_BYTES
    const total = [...this.#documents.values()].reduce((sum, each) => sum + each.bytes(), 0)
    const isNewTooMany = document === null && this.all(id.project).length >= DOCUMENTS_OF_PROJECT_MAX
    const bounds = [
      [document?.bytes() ?? 0, DOCUMENT_BYTES_MAX],
      [document?.bytes(node) ?? 0, NODE_BYTES_MAX],
      [total, DOCUMENTS_BYTES_MAX],
    ] as const
    const passed = bounds.find(([held, bytesMax]) => isNewTooMany || held + size > bytesMax)
    if (passed === undefined) return
    throw new CoterieError('recordsFull', { project: id.project, bytes: passed[0], bytesMax: passed[1] })
  }
}
