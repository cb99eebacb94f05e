import assert from 'node:assert/strict'
import { fromString } from 'uint8arrays'
import {
  compareAnswerCodec,
  createRegister,
  createRevision,
  fetchAnswerCodec,
  listAnswerCodec,
  type Revision,
  syncHintCodec,
  syncRequestCodec,
} from '../../../crdt/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMembers, type Member, type Members, serviceSpec, writeSpec } from './members.ts'

/** A member whose words are not to be trusted; what it says reaches the other one's service. */
describe('intent: a hostile peer', () => {
  let members: Members
  let member: Member
  let forged: Revision
  const hostile = newIdentity()
  const signing = createSigning(hostile.seed)

  beforeEach(async () => {
    members = await createMembers()
    member = await members.add()
    await writeSpec(member, 'web')
    // Signed by the hostile one in the name of the member.
    forged = await createRevision(
      {
        object: 'service/shop/evil',
        body: { type: 'spec', spec: serviceSpec('evil') },
        parents: [],
        hlc: { wallMs: Number.MAX_SAFE_INTEGER, counter: 0 },
        author: member.self,
        via: 'cli',
      },
      signing,
    )
  })
  afterEach(() => members.end())

  /** The member still does its work, and nothing of what was said stands there. */
  const assertSound = async (digest: string) => {
    assert.equal(member.intent.digest(), digest)
    assert.equal(member.intent.revision(forged.id), null)
    const other = await members.add()
    await eventually('another member is in step', () => other.intent.digest() === member.intent.digest())
    const { id } = await writeSpec(other, 'db')
    await eventually('it takes what is honest', () => member.intent.revision(id))
  }

  it('that sends what is forged or garbage changes nothing', async () => {
    const digest = member.intent.digest()
    const { messages, topics } = members.network.join(hostile.node)
    const register = await createRegister(
      { node: member.self, key: 'task/shop.web.0.7', epoch: 99, sequence: 1, value: fromString('running') },
      signing.sign,
    )
    const hints = [
      syncHintCodec.encode({ type: 'registers', records: [register.bytes, Uint8Array.of(1)] }),
      syncHintCodec.encode({ type: 'update', update: new Uint8Array(100).fill(1) }),
      syncHintCodec.encode({ type: 'digest', root: new Uint8Array(32) }),
      new Uint8Array(100).fill(0xff),
      Uint8Array.of(),
    ]
    for (const hint of hints) {
      messages.send(member.self, PROTOCOLS.hints, hint)
      topics.publish('intent', hint)
    }
    await assertSound(digest)
  })

  it('that answers with what is forged, endless or garbage changes nothing', async () => {
    const digest = member.intent.digest()
    const { requests } = members.network.join(hostile.node)
    const asked = new Set<string>()
    requests.handleRequest(PROTOCOLS.sync, async (_from, payload) => {
      const request = syncRequestCodec.decode(payload)
      asked.add(request.type)
      if (request.type === 'compare') {
        const digests = new Uint8Array(128 * 16)
        digests[0] = 1
        return compareAnswerCodec.encode({ type: 'digests', revisions: digests, registers: digests })
      }
      if (request.type === 'list') {
        return listAnswerCodec.encode({ items: [{ name: forged.id, hash: new Uint8Array(16) }], done: 1 })
      }
      return fetchAnswerCodec.encode({ records: [forged.bytes, Uint8Array.of(1)], done: 1 })
    })
    members.network.heal()
    members.network.cut([member.self], [hostile.node])
    members.network.heal()
    await eventually('it was asked for everything', () => asked.size === 3)
    await assertSound(digest)
  })

  it('that never answers holds up nobody who waits for a revision', async () => {
    members.network.dropHints = true
    const asked = Promise.withResolvers<void>()
    members.network.join(hostile.node).requests.handleRequest(PROTOCOLS.sync, async (_from, payload) => {
      if (syncRequestCodec.decode(payload).type === 'fetch') asked.resolve()
      return new Promise(() => {})
    })
    const author = await members.add()
    const ids = ['0'.repeat(64)]
    const never = member.intent.whenStored(ids, { timeoutMs: 20_000 })
    await asked.promise
    const { id } = await writeSpec(author, 'db')
    await member.intent.whenStored([id], { timeoutMs: 20_000 })
    await Promise.all([
      assert.rejects(never, { code: 'revisionMissing', data: { revisions: ids } }),
      members.stop(member),
    ])
  })

  it('that asks what makes no sense is refused, and what is not there is left out', async () => {
    const { requests } = members.network.join(hostile.node)
    const ask = (payload: Uint8Array) =>
      requests.request(member.self, PROTOCOLS.sync, payload, { timeoutMs: 1_000 })
    await assert.rejects(ask(new Uint8Array(10)), { code: 'malformedMessage' })
    const names = ['nothing', '__proto__', '']
    const answer = await ask(syncRequestCodec.encode({ type: 'fetch', kind: 'registers', names }))
    assert.deepEqual(fetchAnswerCodec.decode(answer), { records: [], done: 3 })
  })
})
