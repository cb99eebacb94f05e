/** The open documents of this node, and how much more they may take. */
import { concat, fromString } from 'uint8arrays'
import type { Hash } from '../../crdt/index.ts'
import {
  type DocumentId,
  documentKey,
  openRecordDocument,
  type RecordDocument,
} from '../../crdt/records/index.ts'
import type { Random } from '../ports/clock.ts'
import { openRoom, type Room } from './room.ts'

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

  /** Room for records that are about to come, as long as nothing else does. */
  room(): Room {
    return openRoom(this)
  }
}
