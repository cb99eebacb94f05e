/** A member whose words are not to be trusted; what it says reaches the other one's service. */
import assert from 'node:assert/strict'
import {
  archiveHash,
  archivePieceCodec,
  createTaskRecord,
  openRecordDocument,
  RECORD_OVERHEAD_BYTES,
  recordsCodec,
  recordsHintCodec,
  recordsListCodec,
  recordsRequestCodec,
  surveyAnswerCodec,
  type TaskRecord,
  type TaskRecordContent,
} from '../../../crdt/records/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { zlibPacking } from '../../../node/records/index.ts'
import { DOCUMENT_BYTES_MAX, HINTS_WAITING_MAX, SHARE_OF_NODE } from '../../../node/records/limits.ts'
import { taskIdOf } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED, tellRange } from '../../../protocols/versions/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMembers, endedAt, HOUR_MS, type Member, type Members, NOON_MS, REVISION } from './members.ts'

const TODAY_MS = NOON_MS - 12 * HOUR_MS
const DAY_MS = 24 * HOUR_MS
/** The answer to a survey of who says to hold others of today. */
const DIFFERS = surveyAnswerCodec.encode({
  type: 'documents',
  documents: [{ project: 'shop', period: TODAY_MS, root: new Uint8Array(32).fill(7) }],
})

describe('task records: a hostile member', function () {
  this.timeout(30_000)
  let members: Members
  let member: Member
  let honest: string
  const hostile = newIdentity()
  const signing = createSigning(hostile.seed)

  beforeEach(async () => {
    members = await createMembers()
    member = await members.add()
    honest = members.run(member)
    await members.until('it is written', async () => (await endedAt(member)).includes(honest))
    const atMs = NOON_MS
    members.commit({
      ...{ type: 'nodeAdmitted', node: hostile.node, name: 'evil', addresses: [], atMs },
      ...tellRange(SUPPORTED),
    })
  })
  afterEach(() => members.end())

  const recordOf = (more: Partial<TaskRecordContent> = {}): Promise<TaskRecord> => {
    const { object = 'service/shop/web', slot = 0, token = 999 } = more
    const content = {
      ...{ object, slot, token, task: taskIdOf(object, slot, token), revision: REVISION },
      ...{ node: hostile.node, attempts: 1, startedAtMs: NOON_MS, endedAtMs: NOON_MS },
      end: 'stopped' as const,
      ...more,
    }
    return createTaskRecord(content, signing)
  }
  const updateOf = (period: number, ...records: readonly TaskRecord[]): Uint8Array => {
    const document = openRecordDocument({ project: 'shop', period }, Math.floor(Math.random() * 2 ** 32))
    let told = new Uint8Array()
    document.onUpdate((update) => {
      told = new Uint8Array(update)
    })
    document.add(records, 'hostile')
    return told
  }
  const hintOf = (period: number, ...records: readonly TaskRecord[]): Uint8Array =>
    recordsHintCodec.encode({ project: 'shop', period, update: updateOf(period, ...records) })

  /** A record that is taken tells that all that was sent before it was looked at. */
  const allSeen = async (send: (hint: Uint8Array) => void, period = TODAY_MS) => {
    const last = await recordOf({ token: 1_000_000, endedAtMs: period })
    send(hintOf(period, last))
    await members.until('the last one is taken', async () => (await endedAt(member)).includes(last.task))
  }

  it('that speaks for others, of other projects, of other times or too much is not believed', async () => {
    const { messages } = members.network.join(hostile.node)
    const send = (hint: Uint8Array) => messages.send(member.self, PROTOCOLS.recordHints, hint)
    const stranger = newIdentity()
    const problem = { code: 'x', message: 'x'.repeat(500) }
    const bad = [
      await recordOf({ node: member.self }),
      await recordOf({ node: stranger.node, token: 998 }),
      await recordOf({ object: 'service/blog/app' }),
      await recordOf({ object: 'service/shop/unheard-of' }),
      await recordOf({ endedAtMs: TODAY_MS - 40 * DAY_MS }),
      await recordOf({ endedAtMs: Number.MAX_SAFE_INTEGER }),
    ]
    for (const record of bad) send(hintOf(TODAY_MS, record))
    send(hintOf(TODAY_MS + 1, await recordOf({ token: 997 })))
    send(hintOf(TODAY_MS + 9 * DAY_MS, await recordOf({ endedAtMs: TODAY_MS + 9 * DAY_MS, problem })))
    send(recordsHintCodec.encode({ project: 'shop', period: TODAY_MS, update: new Uint8Array(100).fill(1) }))
    send(new Uint8Array(100).fill(0xff))
    await allSeen(send)
    assert.deepEqual(
      (await endedAt(member)).sort(),
      [honest, taskIdOf('service/shop/web', 0, 1_000_000)].sort(),
    )
    await assert.rejects(recordOf({ reason: 'x'.repeat(501) }), (error) =>
      isCoterieError(error, 'taskRecordInvalid'),
    )
  })

  it('that writes without end fills its half of a document, and the others still write', async () => {
    const { messages } = members.network.join(hostile.node)
    const send = (hint: Uint8Array) => messages.send(member.self, PROTOCOLS.recordHints, hint)
    const share = DOCUMENT_BYTES_MAX * SHARE_OF_NODE
    const told = { reason: '€'.repeat(500), problem: { code: 'x', message: '€'.repeat(500) } }
    const shop = () => member.records.projects().find(({ project }) => project === 'shop')
    const bytes = () => shop()?.bytes ?? 0
    const isHalfFull = () => bytes() > share * 0.98
    for (let batch = 0; batch < 140; batch++) {
      const tokens = Array.from({ length: 12 }, (_, at) => 10_000 + batch * 12 + at)
      send(hintOf(TODAY_MS, ...(await Promise.all(tokens.map((token) => recordOf({ token, ...told }))))))
      // So many hints wait for their turn; those beyond them are dropped.
      if (batch % (HINTS_WAITING_MAX / 4) === 0)
        await members.until('they are taken', () => isHalfFull() || shop()?.records === 12 * (batch + 1) + 1)
    }
    await members.until('its half is full', isHalfFull)
    const task = members.run(member)
    await members.until('an honest one is written', async () => {
      const { records } = await member.records.ended({ project: 'shop', sinceMs: 0, limit: 10_000 })
      return records.some((record) => record.task === task)
    })
    assert.ok(bytes() < share * 1.01, `${bytes()} bytes`)
  })

  it('that brings a document back which the log has closed brings nothing', async () => {
    members.lead(member)
    await members.until('it is archived', () => member.view.periods.size === 1, 10 * 60_000)
    const { messages, requests } = members.network.join(hostile.node)
    const old = await recordOf({ endedAtMs: TODAY_MS })
    const asked = new Set<string>()
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      const request = recordsRequestCodec.decode(payload)
      asked.add(request.type)
      if (request.type === 'survey') return DIFFERS
      return request.type === 'fetch'
        ? recordsCodec.encode([old.bytes])
        : recordsListCodec.encode({ records: [Uint8Array.from(Buffer.from(old.id, 'hex'))], more: true })
    })
    const send = (hint: Uint8Array) => messages.send(member.self, PROTOCOLS.recordHints, hint)
    send(hintOf(TODAY_MS, old))
    await members.until('it was surveyed', () => asked.has('survey'))
    await allSeen(send, TODAY_MS + DAY_MS)
    assert.deepEqual([...asked], ['survey'])
    assert.ok(!(await endedAt(member)).includes(old.task))
    const shop = member.records.projects().find(({ project }) => project === 'shop')
    assert.equal(shop?.documents, 1)
  })

  it('that opens periods of long ago opens none older than what is kept', async () => {
    const { messages } = members.network.join(hostile.node)
    const send = (hint: Uint8Array) => messages.send(member.self, PROTOCOLS.recordHints, hint)
    const oldest = TODAY_MS - 30 * DAY_MS
    for (const period of [0, oldest - 40 * DAY_MS, oldest - DAY_MS, oldest])
      send(hintOf(period, await recordOf({ endedAtMs: period })))
    await allSeen(send)
    const periods = member.records.documents().map(({ id }) => id.period)
    assert.deepEqual(periods, [oldest, TODAY_MS])
  })

  it('that had the log name an archive which nobody can read keeps nobody from the others', async () => {
    const task = members.run(member, 'service/blog/app')
    await members.until('it is written', async () => (await endedAt(member)).includes(task))
    const { requests } = members.network.join(hostile.node)
    const bytes = Uint8Array.of(1, 2, 3)
    const packed = await zlibPacking.pack(bytes)
    let asked = 0
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      const { type } = recordsRequestCodec.decode(payload)
      if (type !== 'archive') return surveyAnswerCodec.encode({ type: 'same' })
      asked++
      return archivePieceCodec.encode({ bytes: packed, total: packed.byteLength })
    })
    const hash = archiveHash(bytes, signing.hash)
    const named = { project: 'blog', period: TODAY_MS, hash, records: 1, bytes: bytes.byteLength }
    members.commit({ type: 'periodArchived', ...named })
    members.lead(member)
    const shop = () => member.records.projects().find(({ project }) => project === 'shop')
    await members.until('the other one is archived', () => shop()?.archivesHere === 1, 10 * 60_000)
    assert.deepEqual((await endedAt(member)).sort(), [honest, task].sort())
    assert.equal(asked, 1)
  })

  it('that answers with garbage, without end, or with another archive holds nothing up', async () => {
    const { requests } = members.network.join(hostile.node)
    const asked = new Set<string>()
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      const request = recordsRequestCodec.decode(payload)
      asked.add(request.type)
      if (request.type === 'survey') return DIFFERS
      if (request.type === 'list')
        return recordsListCodec.encode({ records: [new Uint8Array(32).fill(7)], more: true })
      if (request.type === 'fetch') return recordsCodec.encode([Uint8Array.of(1), new Uint8Array(4_096)])
      if (request.offset > 3_000_000) throw new CoterieError('archiveMissing', { project: 'shop', period: 0 })
      return archivePieceCodec.encode({ bytes: new Uint8Array(500_000), total: 8_000_000 })
    })
    await members.until('it was asked', () => asked.has('fetch'))
    members.lead(member)
    await members.until('it is archived', () => member.view.periods.size === 1, 10 * 60_000)
    // From now on the hostile one is the first that anybody asks.
    await member.restart()
    const other = await members.add({ votes: false })
    await members.until(
      'the archive is with the honest ones',
      () => other.records.projects().some(({ archivesHere }) => archivesHere === 1),
      60_000,
    )
    assert.ok(asked.has('archive'))
    assert.deepEqual(await endedAt(other), [honest])
  })

  it('that answers with one record many times takes no room from who wrote it', async () => {
    const writer = await members.add({ votes: false })
    members.network.cut([member.self], [writer.self])
    const task = members.run(writer)
    await members.until('it is written', async () => (await endedAt(writer)).includes(task))
    const [document] = writer.records.documents()
    const [[record, bytes] = ['', new Uint8Array()]] = [...(document?.entries() ?? [])].filter(
      ([each]) => member.records.documents()[0]?.get(each) == null,
    )
    await writer.stop()
    members.network.heal()
    const { requests } = members.network.join(hostile.node)
    const id = Uint8Array.from(Buffer.from(record, 'hex'))
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      const { type } = recordsRequestCodec.decode(payload)
      if (type === 'survey') return DIFFERS
      if (type === 'list') return recordsListCodec.encode({ records: [id], more: false })
      return recordsCodec.encode(new Array(200).fill(bytes))
    })
    await members.until('it is known', async () => (await endedAt(member)).includes(task))
    assert.equal(member.records.documents()[0]?.bytes(writer.self), bytes.byteLength + RECORD_OVERHEAD_BYTES)
  })

  it('that lists what is not there without end keeps nobody from the others', async () => {
    members.network.dropHints = true
    const { requests } = members.network.join(hostile.node)
    let listed = 0
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      const { type } = recordsRequestCodec.decode(payload)
      if (type === 'survey') return DIFFERS
      if (type === 'fetch') return recordsCodec.encode([])
      const rising = new Uint8Array(32)
      new DataView(rising.buffer).setUint32(0, ++listed)
      // Time passes while it speaks.
      members.clock.pass(100)
      return recordsListCodec.encode({ records: [rising], more: true })
    })
    await members.until('it lists', () => listed > 10)
    const other = await members.add({ votes: false })
    const task = members.run(other)
    await members.until('the others are heard', async () => (await endedAt(member)).includes(task))
  })
})
