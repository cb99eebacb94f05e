/** How much more the open documents of this node may take. */
import {
  DOCUMENTS_OF_PROJECT_MAX,
  type DocumentId,
  documentKey,
  RECORD_OVERHEAD_BYTES,
  type TaskRecord,
} from '../../crdt/records/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Documents } from './documents.ts'
import { DOCUMENT_BYTES_MAX, DOCUMENTS_BYTES_MAX, SHARE_OF_NODE } from './limits.ts'

export interface Room {
  /** Keeps room for a record that is not here, beside those that were promised some before. @throws `recordsFull` */
  take(id: DocumentId, record: TaskRecord): void
}

/** Of each bound one node takes its share at most. */
export const openRoom = (documents: Pick<Documents, 'all' | 'get'>): Room => {
  const promised = new Map<string, number>()

  const checkOpening = ({ project }: DocumentId, { node }: TaskRecord) => {
    const open = documents.all(project)
    const alone = open.filter((each) => each.bytes() === each.bytes(node)).length
    if (open.length < DOCUMENTS_OF_PROJECT_MAX && alone < DOCUMENTS_OF_PROJECT_MAX * SHARE_OF_NODE) return
    throw new CoterieError('recordsFull', {
      project,
      detail: `${open.length} periods are open, ${alone} of them with nothing but what this node wrote`,
    })
  }

  return {
    take: (id, record) => {
      const { node } = record
      const document = documents.get(id)
      if (document === null) checkOpening(id, record)
      const key = documentKey(id)
      const total = (of?: typeof node) => documents.all().reduce((sum, each) => sum + each.bytes(of), 0)
      const bounds = [
        [key, document?.bytes() ?? 0, DOCUMENT_BYTES_MAX],
        [`${key} ${node}`, document?.bytes(node) ?? 0, DOCUMENT_BYTES_MAX * SHARE_OF_NODE],
        ['all', total(), DOCUMENTS_BYTES_MAX],
        [`all ${node}`, total(node), DOCUMENTS_BYTES_MAX * SHARE_OF_NODE],
      ] as const
      const size = record.bytes.byteLength + RECORD_OVERHEAD_BYTES
      for (const [what, held, bytesMax] of bounds) {
        if (held + (promised.get(what) ?? 0) + size <= bytesMax) continue
        const detail = `${held} bytes of at most ${bytesMax} are taken`
        throw new CoterieError('recordsFull', { project: id.project, detail })
      }
      for (const [what] of bounds) promised.set(what, (promised.get(what) ?? 0) + size)
    },
  }
}
