/** Joining by a token. */
import assert from 'node:assert/strict'
import type { FoundNode } from '../../../node/ports/discovery.ts'
import type { Network } from '../../../node/ports/network.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { startNode, stopAll } from '../network/nodes.ts'
import { join, MESH, ROOT, showChain, startMember } from './meshes.ts'

/** Finds what a test shows it, also before somebody listens. */
const createHandDiscovery = () => {
  const shown: FoundNode[] = []
  let tell: (found: FoundNode) => void = (found) => void shown.push(found)
  return {
    method: 'address' as const,
    trouble: () => null,
    start: async () => undefined,
    stop: async () => undefined,
    onFound: (listener: typeof tell) => {
      tell = listener
      for (const found of shown.splice(0)) tell(found)
      return () => {}
    },
    find: ({ connections }: Network) =>
      tell({ method: 'address', node: connections.self, addresses: [...connections.addresses()] }),
  }
}

describe('joining a mesh', () => {
  afterEach(stopAll)

  it('is admitted once, and learns the mesh with its members', async () => {
    const member = await startMember()
    const joiner = await startNode()
    const { mesh, meshName, members, clockNote } = await join(joiner, [member.network], await member.invite())
    assert.deepEqual([mesh, meshName, clockNote], [MESH, 'home', null])
    const { self } = joiner.connections
    assert.deepEqual(members.map(({ node }) => node).sort(), [self, member.self].sort())
    assert.deepEqual(member.view.nodes.get(self)?.addresses, [...joiner.connections.addresses()])
    assert.equal(member.decided.length, 1)
  })

  it('is an edge node if it says so or the token does, and stays one', async () => {
    const member = await startMember()
    const token = await member.invite({ usesMax: 2 })
    const [quiet, bold] = [await startNode(), await startNode()]
    for (const role of ['edge', 'full'] as const) await join(quiet, [member.network], token, { role })
    await join(bold, [member.network], await member.invite({ role: 'edge' }), { role: 'full' })
    for (const { connections } of [quiet, bold])
      assert.equal(member.view.nodes.get(connections.self)?.role, 'edge')
    assert.equal(member.view.nodes.get(member.self)?.role, 'full')
  })

  it('gets a name of its own where the wanted one is borne by another', async () => {
    const member = await startMember()
    const token = await member.invite({ usesMax: 2 })
    const joiners = await Promise.all([startNode(), startNode()])
    for (const joiner of joiners) await join(joiner, [member.network], token, { name: 'attic' })
    const names = joiners.map(({ connections }) => member.view.nodes.get(connections.self)?.name)
    assert.deepEqual(names, ['attic-2', 'attic-3'])
  })

  it('shows its token to nobody who is not of the mesh that it pins', async () => {
    const member = await startMember()
    const joiner = await startNode()
    for (const root of ['another root', undefined]) {
      const liar = await startNode()
      // A chain of the right root that is another node's proves nothing either.
      if (root === undefined) showChain(liar, ROOT, member.self)
      else showChain(liar, root)
      let shown = 0
      liar.requests.handleRequest(
        PROTOCOLS.join,
        async () => {
          shown++
          return new Uint8Array()
        },
        { strangers: true },
      )
      const code = root === undefined ? 'certificateInvalid' : 'joinTokenOfOtherMesh'
      await assert.rejects(join(joiner, [liar], await member.invite(), { timeoutMs: 1_000 }), { code })
      assert.equal(shown, 0)
    }
    assert.deepEqual(member.decided, [])
  })

  it('looks on where a machine of another mesh answers first', async () => {
    const [member, other] = [await startMember(), await startMember({ root: 'another root' })]
    const joiner = await startNode()
    const discovery = createHandDiscovery()
    const joined = join(joiner, [], await member.invite(), { discoveries: [discovery] })
    discovery.find(other.network)
    discovery.find(member.network)
    assert.equal((await joined).mesh, MESH)
    assert.equal(other.view.nodes.size, 1)
  })

  it('hangs up on whoever does not let it in, whose place for strangers another may need', async () => {
    const [member, other] = [await startMember(), await startMember({ root: 'another root' })]
    const joiner = await startNode()
    const token = await member.invite()
    await assert.rejects(join(joiner, [other.network], token, { timeoutMs: 500 }), {
      code: 'joinTokenOfOtherMesh',
    })
    const seenFrom = () => other.network.remoteAddress(joiner.connections.self)
    await eventually('the connection is gone', () => seenFrom() === null, 5_000)
    await join(joiner, [member.network], token)
  })

  it('asks again when the reply is lost, which burns nothing, and is the same member under the same name', async () => {
    const member = await startMember()
    const joiner = await startNode()
    const token = await member.invite()
    member.losses.push(new CoterieError('noQuorum', { waitedMs: 1 }))
    await join(joiner, [member.network], token)
    assert.equal(member.decided.length, 1, 'whoever is a member is not admitted again')
    await join(joiner, [member.network], token)
    assert.equal(member.view.nodes.get(joiner.connections.self)?.name, 'cellar')
    assert.equal(member.view.nodes.size, 2)
  })

  it('is refused with what to install where it does not support the version of the mesh', async () => {
    const member = await startMember()
    await member.decide({ type: 'meshVersionRaised', version: 2, asOf: member.view.appliedIndex })
    const token = await member.invite()
    for (const supported of [
      { least: 1, most: 1 },
      { least: 3, most: 4 },
    ]) {
      const joiner = await startNode()
      await assert.rejects(join(joiner, [member.network], token, { supported }), {
        code: 'meshVersionUnsupported',
        data: { meshVersion: 2, ...supported },
      })
    }
    assert.equal(member.view.nodes.size, 1)
    await join(await startNode(), [member.network], token, { supported: { least: 1, most: 2 } })
    assert.equal(member.view.nodes.size, 2)
  })

  it('is refused for good once it was removed', async () => {
    const member = await startMember()
    const joiner = await startNode()
    const token = await member.invite({ usesMax: 2 })
    await join(joiner, [member.network], token)
    await member.decide({ type: 'nodeRemoved', node: joiner.connections.self, atMs: 1 })
    await assert.rejects(join(joiner, [member.network], token), (error) =>
      isCoterieError(error, 'nodeRemoved'),
    )
  })

  it('tries several members at once, and counts as one', async () => {
    const member = await startMember()
    const joiner = await startNode()
    const [address = ''] = member.network.connections.addresses()
    const port = Number(address.split('/')[4])
    const nowhere = `/ip4/127.0.0.1/tcp/${port === 1 ? 2 : 1}`
    const discovery = createHandDiscovery()
    const joined = join(joiner, [], await member.invite(), { discoveries: [discovery] })
    discovery.find({ connections: { self: 'nobody', addresses: () => [nowhere] } } as unknown as Network)
    discovery.find(member.network)
    await joined
    assert.deepEqual(member.view.tokens.values().next().value?.nodes, [joiner.connections.self])
  })

  it('lets twenty machines in at once by a token for twenty, and not one more', async function () {
    this.timeout(30_000)
    const member = await startMember()
    const token = await member.invite({ usesMax: 20 })
    const joiners = await Promise.all(Array.from({ length: 20 }, () => startNode()))
    await Promise.all(joiners.map((joiner) => join(joiner, [member.network], token)))
    assert.equal(member.view.nodes.size, 21)
    await assert.rejects(join(await startNode(), [member.network], token), { code: 'joinTokenExhausted' })
    assert.equal(member.view.nodes.size, 21)
  })

  it('gives a token of one use to one of two that join at once', async () => {
    const member = await startMember()
    const token = await member.invite()
    const joiners = await Promise.all([startNode(), startNode()])
    const ends = await Promise.allSettled(joiners.map((joiner) => join(joiner, [member.network], token)))
    const lost = ends.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    assert.ok(isCoterieError(lost.reason, 'joinTokenExhausted'))
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal(member.view.nodes.size, 2)
  })

  it('says what it tried when nobody of the mesh answers in time', async () => {
    const joiner = await startNode()
    const [member, nobody] = [await startMember(), await startNode()]
    const token = await member.invite()
    await assert.rejects(
      join(joiner, [nobody], token, { timeoutMs: 300 }),
      (error) => isCoterieError(error, 'meshNotFound') && error.data.tried.length === 1,
    )
  })
})
