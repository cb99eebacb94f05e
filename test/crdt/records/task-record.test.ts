import assert from 'node:assert/strict'
import { createTaskRecord, encodeArchive, parseTaskRecord } from '../../../crdt/records/index.ts'
import { decodeSigned, encodeSigned } from '../../../crdt/signed.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { taskIdOf } from '../../../protocols/decisions/index.ts'
import { newIdentity } from '../../support/identities.ts'

describe('task record', () => {
  it('that is signed in two ways is two: equal names mean equal archives', async () => {
    const { seed, node } = newIdentity()
    const signing = createSigning(seed)
    const [object, slot, token] = ['service/shop/web', 0, 7]
    const record = await createTaskRecord(
      {
        ...{ object, slot, token, task: taskIdOf(object, slot, token), revision: 'ab'.repeat(32), node },
        ...{ attempts: 1, startedAtMs: 1, endedAtMs: 2, end: 'stopped' },
      },
      signing,
    )
    const { content } = decodeSigned(record.bytes)
    const again = parseTaskRecord(
      encodeSigned({ content, signature: new Uint8Array(64).fill(1) }),
      signing.hash,
    )
    assert.notEqual(again.id, record.id)
    assert.notDeepEqual(
      encodeArchive([[again.id, again.bytes]]).bytes,
      encodeArchive([[record.id, record.bytes]]).bytes,
    )
  })
})
