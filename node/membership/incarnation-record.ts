/** The last incarnation that this node used, on disk. */
import { Type } from 'typebox'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { defineMessage } from '../../protocols/wire/index.ts'
import type { RecordStore } from '../ports/storage.ts'

const KEY = 'incarnation'

const codec = defineMessage('stored incarnation', Type.Object({ incarnation: Type.Integer({ minimum: 0 }) }))

/** 0 for a node that never started. @throws `storeCorrupt` */
export const loadIncarnation = async (records: RecordStore): Promise<number> => {
  const stored = await records.get(KEY)
  if (stored === null) return 0
  try {
    return codec.decode(stored).incarnation
  } catch (error) {
    if (!isCoterieError(error)) throw error
    throw new CoterieError('storeCorrupt', { path: `membership/${KEY}`, detail: error.message })
  }
}

/** Resolves once it is safe. @throws `storeFailed` */
export const saveIncarnation = (records: RecordStore, incarnation: number): Promise<void> =>
  records.write([{ key: KEY, value: codec.encode({ incarnation }) }])
