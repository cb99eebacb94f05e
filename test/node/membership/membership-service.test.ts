import assert from 'node:assert/strict'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { type MemberChange, membershipCodec } from '../../../protocols/membership/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { startNode, stopAll as stopNetworks } from '../network/nodes.ts'
import {
  admit,
  createMachine,
  type RunningMember,
  seen,
  startMember,
  startMesh,
  stopAll,
  viewOf,
} from './members.ts'

/** A disk that can be told to refuse. */
const fallible = (records: RecordStore, isFull: () => boolean): RecordStore => ({
  get: (key) => records.get(key),
  getNow: (key) => records.getNow(key),
  entries: (prefix) => records.entries(prefix),
  pages: (prefix) => records.pages(prefix),
  write: async (changes) => {
    if (isFull()) throw new CoterieError('storeFailed', { path: 'test', detail: 'the disk is full' })
    await records.write(changes)
  },
})

describe('membership of nodes on real networks', () => {
  afterEach(async () => {
    await stopAll()
    await stopNetworks()
  })

  it('finds all alive, where they are and how far', async () => {
    const members = await startMesh(3)
    for (const member of members) {
      assert.equal(member.membership.members().length, 3)
      for (const other of members.filter(({ node }) => node !== member.node)) {
        const addresses = [...other.network.connections.addresses()]
        assert.deepEqual(viewOf(member, other.node)?.addresses, addresses)
        await eventually('a round trip', () => viewOf(member, other.node)?.rttMs !== null)
      }
    }
  })

  it('notices who ends, and finds it again at another address with a higher incarnation', async () => {
    const [first, ...others] = (await startMesh(3)) as [RunningMember, ...RunningMember[]]
    const before = viewOf(first, first.node)
    await first.stop()
    await seen(others, first.node, 'dead')

    const again = await startMember(first.machine)
    const [helper] = others as [RunningMember]
    again.network.connections.learn(helper.node, helper.network.connections.addresses())
    const nodes = new Set([first, ...others].map(({ node }) => node))
    again.network.connections.setMembers(nodes)
    again.membership.setRoster(nodes)
    await seen([again, ...others], first.node, 'alive')
    for (const other of others) await seen([again], other.node, 'alive')
    for (const other of others) {
      const view = viewOf(other, first.node)
      assert.ok((view?.incarnation ?? 0) > (before?.incarnation ?? 0))
      assert.deepEqual(view?.addresses, [...again.network.connections.addresses()])
    }
  })

  it('tells that a node left, without a suspicion', async () => {
    const [first, ...others] = (await startMesh(3)) as [RunningMember, ...RunningMember[]]
    const states: (string | undefined)[] = []
    for (const other of others) other.membership.onChange(({ member }) => states.push(member?.state))
    await first.membership.leave()
    await seen(others, first.node, 'left')
    assert.deepEqual(new Set(states), new Set(['left']))
  })

  it('forgets who is no longer admitted, and tells so', async () => {
    const [first, second] = (await startMesh(2)) as [RunningMember, RunningMember]
    const changes: MemberChange[] = []
    first.membership.onChange((change) => changes.push(change))
    first.membership.setRoster(new Set([first.node]))
    assert.deepEqual(
      first.membership.members().map(({ node }) => node),
      [first.node],
    )
    assert.deepEqual(
      changes.map(({ member, previous }) => [member, previous?.node]),
      [[null, second.node]],
    )
  })

  it('drops a frame that it cannot read', async () => {
    const [first, second] = (await startMesh(2)) as [RunningMember, RunningMember]
    const before = viewOf(first, second.node)
    second.network.messages.send(first.node, PROTOCOLS.membership, Uint8Array.of(0xff, 0x00))
    const third = await startMember(await createMachine())
    admit([first, second, third])
    await seen([first, second], third.node, 'alive')
    assert.equal(viewOf(first, second.node)?.state, 'alive')
    assert.equal(viewOf(first, second.node)?.incarnation, before?.incarnation)
  })

  it('goes on after a listener threw', async () => {
    const [first, second] = (await startMesh(2)) as [RunningMember, RunningMember]
    first.membership.onChange(() => assert.fail('a listener of the test throws'))
    await second.membership.leave()
    await seen([first], second.node, 'left')
  })

  it('does not start where its incarnation cannot be stored', async () => {
    const machine = await createMachine()
    await assert.rejects(
      startMember(machine, (records) => fallible(records, () => true)),
      (error) => isCoterieError(error, 'storeFailed'),
    )
  })

  it('refutes only what it can store, and does so as soon as it can', async () => {
    let isFull = false
    let refusals = 0
    const refuses = () => {
      if (isFull) refusals += 1
      return isFull
    }
    const accused = await startMember(await createMachine(), (records) => fallible(records, refuses))
    const accuser = await startNode()
    const heard: number[] = []
    accuser.messages.onMessage(PROTOCOLS.membership, (_from, payload) => {
      heard.push(membershipCodec.decode(payload).speaker.incarnation)
    })
    const self = accuser.connections.self
    const nodes = new Set([accused.node, self])
    accuser.connections.learn(accused.node, accused.network.connections.addresses())
    for (const { connections } of [accuser, accused.network]) connections.setMembers(nodes)
    accused.membership.setRoster(nodes)
    const accuse = () => {
      const addresses = [...accused.network.connections.addresses()]
      const message = membershipCodec.encode({
        speaker: { incarnation: 1, left: false, addresses: [] },
        news: [{ node: accused.node, state: 'suspect', incarnation: 1, addresses, accusers: [] }],
        body: { type: 'ping', number: 1, origin: self },
      })
      accuser.messages.send(accused.node, PROTOCOLS.membership, message)
    }
    await eventually('a first word', () => heard.length > 0)

    isFull = true
    await eventually('the disk refuses', () => {
      accuse()
      return refusals > 0
    })
    assert.equal(accused.membership.members()[0]?.incarnation, 1)
    assert.deepEqual(new Set(heard), new Set([1]))

    isFull = false
    await eventually('a refutation', () => {
      accuse()
      return heard.includes(2)
    })
  })
})
