/** Task records on disk: documents, archives, what is linked, and notes of tasks that have not ended. */
import { fromString, toString as textOf } from 'uint8arrays'
import { type DocumentId, documentKey } from '../../crdt/records/index.ts'
import type { RecordChange, RecordStore } from '../ports/storage.ts'

const DOCUMENTS = 'documents/'
const ARCHIVES = 'archives/'
const LINKS = 'links/'
const NOTES = 'notes/'

export type Link = 'linked' | 'unlinked'

/** What is written goes as a list of changes, so that what belongs together is on disk together or not at all. */
export const recordChange = (id: DocumentId, record: string, value: Uint8Array | null): RecordChange => ({
  key: `${DOCUMENTS}${documentKey(id)}/${record}`,
  value,
})
export const archiveChange = (id: DocumentId, value: Uint8Array | null): RecordChange => ({
  key: `${ARCHIVES}${documentKey(id)}`,
  value,
})
export const linkChange = (project: string, link: Link): RecordChange => ({
  key: `${LINKS}${project}`,
  value: fromString(link),
})
export const noteChange = (task: string, value: Uint8Array | null): RecordChange => ({
  key: `${NOTES}${task}`,
  value,
})

const idOf = (key: string): DocumentId => {
  const [, project = '', period = ''] = key.split('/')
  return { project, period: Number(period) }
}

export class RecordsDisk {
  readonly #store: RecordStore

  constructor(store: RecordStore) {
    this.#store = store
  }

  /** All of it or nothing, and synced. @throws `storeFailed` */
  async write(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length > 0) await this.#store.write(changes)
  }

  async *records(): AsyncIterable<readonly [id: DocumentId, bytes: Uint8Array]> {
    for await (const [key, bytes] of this.#store.entries(DOCUMENTS)) yield [idOf(key), bytes]
  }

  async archives(): Promise<DocumentId[]> {
    const ids: DocumentId[] = []
    for await (const [key] of this.#store.entries(ARCHIVES)) ids.push(idOf(key))
    return ids
  }

  /** Packed; null where it is not here. */
  archive(id: DocumentId): Promise<Uint8Array | null> {
    return this.#store.get(archiveChange(id, null).key)
  }

  async links(): Promise<Map<string, Link>> {
    const links = new Map<string, Link>()
    for await (const [key, value] of this.#store.entries(LINKS))
      links.set(key.slice(LINKS.length), textOf(value) === 'linked' ? 'linked' : 'unlinked')
    return links
  }

  async notes(): Promise<Map<string, Uint8Array>> {
    const notes = new Map<string, Uint8Array>()
    for await (const [key, value] of this.#store.entries(NOTES)) notes.set(key.slice(NOTES.length), value)
    return notes
  }
}
