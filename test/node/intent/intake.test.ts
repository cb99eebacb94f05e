import assert from 'node:assert/strict'
import {
  createRegister,
  createRegisterSet,
  openCatalogue,
  type Register,
  type Revision,
  type Verify,
} from '../../../crdt/index.ts'
import { Intake } from '../../../node/intent/intake.ts'
import { IntentRecords } from '../../../node/intent/intent-records.ts'
import { Room } from '../../../node/intent/room.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { newAuthor, write } from '../../crdt/authors.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** A collection in memory whose writes are done when the test says so. */
const createSlowStore = () => {
  const held = new Map<string, Uint8Array>()
  const waiting: (() => void)[] = []
  const store: RecordStore = {
    get: async (key) => held.get(key) ?? null,
    getNow: (key) => held.get(key) ?? null,
    write: (changes) =>
      new Promise((resolve) => {
        waiting.push(() => {
          for (const { key, value } of changes) {
            if (value === null) held.delete(key)
            else held.set(key, value)
          }
          resolve()
        })
      }),
    entries: async function* () {
      yield* held
    },
    pages: async function* () {
      yield [...held]
    },
  }
  return { store, held, finishWrite: () => waiting.shift()?.() }
}

describe('intent: what comes in', () => {
  const author = newAuthor()
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const open = (verify: Verify = author.verify) => {
    const slow = createSlowStore()
    const catalogue = openCatalogue({ clientId: 1, hash: author.hash })
    const trimmed = new Set<string>()
    const told: Revision[] = []
    const observed: Register[] = []
    const common = { logger: silentLogger, hash: author.hash, clock: createHandClock() }
    const intake = new Intake({
      ...common,
      verify,
      holdings: { catalogue, registers: createRegisterSet(author.hash) },
      room: new Room(catalogue, 1_000_000),
      records: new IntentRecords({ ...common, records: () => slow.store }, newAuthor().node),
      forgotten: () => false,
      trimmed: ({ id }) => trimmed.has(id),
      taken: ({ revisions, registers }) => {
        told.push(...revisions)
        observed.push(...registers)
      },
    })
    return { ...slow, catalogue, trimmed, told, observed, intake }
  }

  it('counts once it is on disk, and not before', async () => {
    const { intake, catalogue, finishWrite, told } = open()
    const revision = await write(author, 'web')
    const taken = intake.takeRevisions([revision.bytes], 'peer')
    await turn()
    assert.deepEqual(catalogue.ids(), [])
    finishWrite()
    await taken
    assert.deepEqual(catalogue.ids(), [revision.id])
    assert.deepEqual(told, [revision])
  })

  it('and was trimmed is passed over, as bytes and in an update, and what comes with it counts', async () => {
    const [old, fresh] = [await write(author, 'web'), await write(author, 'db')]
    const other = openCatalogue({ clientId: 2, hash: author.hash })
    const updates: Uint8Array[] = []
    other.onUpdate((update) => updates.push(update))
    other.add([old, fresh], 'own')
    for (const how of ['bytes', 'update']) {
      const { intake, catalogue, finishWrite, trimmed, held } = open()
      trimmed.add(old.id)
      const taken =
        how === 'bytes'
          ? intake.takeRevisions([old.bytes, fresh.bytes], 'peer')
          : intake.takeUpdate(updates[0] ?? assert.fail(), 'peer')
      await turn()
      finishWrite()
      await taken
      assert.deepEqual(catalogue.ids(), [fresh.id])
      assert.deepEqual([...held.keys()], [fresh.id])
    }
  })

  it('and is trimmed while it is being stored leaves the disk again', async () => {
    const { intake, catalogue, finishWrite, trimmed, told, held } = open()
    const [old, fresh] = [await write(author, 'web'), await write(author, 'db')]
    const taken = intake.takeRevisions([old.bytes, fresh.bytes], 'peer')
    await turn()
    trimmed.add(old.id)
    finishWrite()
    await turn()
    finishWrite()
    await taken
    assert.deepEqual(catalogue.ids(), [fresh.id])
    assert.deepEqual([...held.keys()], [fresh.id])
    assert.deepEqual(told, [fresh])
  })

  it('and is succeeded before it is told is not told: nobody sees a task go back', async () => {
    const registerOf = (key: string, sequence: number) => {
      const content = {
        node: author.node,
        key: `task/shop.${key}.0.7`,
        epoch: 1,
        sequence,
        value: Uint8Array.of(),
      }
      return createRegister(content, author.sign)
    }
    const [starting, running, other] = [
      await registerOf('web', 1),
      await registerOf('web', 2),
      await registerOf('db', 3),
    ]
    const verified = Promise.withResolvers<boolean>()
    const { intake, observed } = open((claim) =>
      Buffer.from(claim.signature).equals(Buffer.from(other.bytes.slice(-64))) ? verified.promise : true,
    )
    const slow = intake.takeRegisters([starting.bytes, other.bytes], 'one')
    await turn()
    await intake.takeRegisters([running.bytes], 'two')
    verified.resolve(true)
    await slow
    assert.deepEqual(
      observed.map(({ key, sequence }) => [key, sequence]),
      [
        ['task/shop.web.0.7', 2],
        ['task/shop.db.0.7', 3],
      ],
    )
  })
})
