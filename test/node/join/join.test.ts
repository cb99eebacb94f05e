/** Joining over real networks on loopback; the log of the mesh is in memory and commits at once. */
import assert from 'node:assert/strict'
import { handleJoins, type JoinInit, joinMesh } from '../../../node/join/index.ts'
import { createAddressDiscovery, parseAddress } from '../../../node/network/index.ts'
import type { FoundNode } from '../../../node/ports/discovery.ts'
import type { Network } from '../../../node/ports/network.ts'
import { joinReplyCodec } from '../../../protocols/credentials/index.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import { paperApplicant, paperCertificates } from '../../support/paper-certificates.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock, startNode, stopAll } from '../network/nodes.ts'

const SECRET = new Uint8Array(16).fill(7)
const OTHER_SECRET = new Uint8Array(16).fill(8)

/** A member that admits others. */
const startMember = async (secret = SECRET) => {
  const network = await startNode()
  const { self } = network.connections
  const { view, apply } = createDecisions()
  const decided: Decision[] = []
  /** Thrown in place of the answers to come, after their decision stands. */
  const losses: Error[] = []
  const decide = async (decision: Decision) => {
    decided.push(decision)
    const index = view.appliedIndex + 1
    apply(index, decision)
    const loss = losses.shift()
    if (loss !== undefined) throw loss
    return index
  }
  await decide({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1 })
  const addresses = [...network.connections.addresses()]
  await decide({ type: 'nodeAdmitted', node: self, name: 'attic', addresses, atMs: 1 })
  decided.length = 0
  const decisions = { view, decide }
  handleJoins(
    {
      requests: network.requests,
      decisions,
      certificates: paperCertificates,
      clock: realClock,
      logger: silentLogger,
      addressesOf: (node) => view.nodes.get(node)?.addresses ?? [],
    },
    { self, secret },
  )
  return { network, view, decide, decided, losses }
}

const join = (
  network: Network,
  at: readonly Network[],
  init: Partial<Pick<JoinInit, 'name' | 'timeoutMs' | 'supported' | 'role'>> = {},
) => {
  const addresses = at
    .flatMap(({ connections }) => connections.addresses())
    .map((text) => parseAddress(text, 0))
  const components = {
    network,
    discoveries: [createAddressDiscovery({ addresses })],
    applicant: paperApplicant,
    clock: realClock,
    logger: silentLogger,
  }
  const { name = 'cellar', role = 'full', timeoutMs = 20_000 } = init
  const supported = init.supported ?? SUPPORTED
  return joinMesh(components, {
    secret: SECRET,
    name,
    version: '1.0.0',
    role,
    supported,
    timeoutMs,
    signal: never,
  })
}

const never = new AbortController().signal

/** Finds what a test shows it. */
const createHandDiscovery = () => {
  let tell: (found: FoundNode) => void = () => {}
  return {
    method: 'address' as const,
    trouble: () => null,
    start: async () => undefined,
    stop: async () => undefined,
    onFound: (listener: typeof tell) => {
      tell = listener
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
    const { mesh, meshName, members } = await join(joiner, [member.network])
    assert.deepEqual([mesh, meshName], ['0123456789abcdef', 'home'])
    const { self } = joiner.connections
    assert.deepEqual(members.map(({ node }) => node).sort(), [self, member.network.connections.self].sort())
    assert.deepEqual(member.view.nodes.get(self)?.addresses, [...joiner.connections.addresses()])
    assert.equal(member.decided.length, 1)
  })

  it('is an edge node if it says so, and stays one', async () => {
    const member = await startMember()
    const joiner = await startNode()
    const { self } = joiner.connections
    for (const role of ['edge', 'full'] as const) {
      await join(joiner, [member.network], { role })
      assert.equal(member.view.nodes.get(self)?.role, 'edge')
    }
    assert.equal(member.view.nodes.get(member.network.connections.self)?.role, 'full')
  })

  it('gets a name of its own where the wanted one is borne by another', async () => {
    const member = await startMember()
    const joiners = await Promise.all([startNode(), startNode()])
    for (const joiner of joiners) await join(joiner, [member.network], { name: 'attic' })
    const names = joiners.map(({ connections }) => member.view.nodes.get(connections.self)?.name)
    assert.deepEqual(names, ['attic-2', 'attic-3'])
  })

  it('changes nothing with a wrong secret, and does not look on', async () => {
    const member = await startMember(OTHER_SECRET)
    const joiner = await startNode()
    await assert.rejects(join(joiner, [member.network]), (error) => isCoterieError(error, 'secretWrong'))
    assert.deepEqual(member.decided, [])
  })

  it('trusts nobody who lets it in without knowing the secret', async () => {
    const member = await startMember()
    const impostor = await startNode()
    impostor.requests.handleRequest(
      '/coterie/join/1',
      (_joiner, payload) =>
        impostor.requests.request(member.network.connections.self, '/coterie/join/1', payload, {
          timeoutMs: 5_000,
        }),
      { strangers: true },
    )
    await impostor.connections.dial(member.network.connections.addresses()[0] as string, { timeoutMs: 5_000 })
    const joiner = await startNode()
    await assert.rejects(join(joiner, [impostor]), (error) => isCoterieError(error, 'secretWrong'))
    assert.deepEqual(member.decided, [], 'a proof that is passed on is worth nothing')
  })

  it('looks on when whoever answers cannot prove that it holds the secret', async () => {
    const member = await startMember()
    const liar = await startNode()
    const reply = joinReplyCodec.encode({
      proof: new Uint8Array(32),
      mesh: 'f'.repeat(16),
      meshName: 'trap',
      members: [],
    })
    const answered = Promise.withResolvers<void>()
    liar.requests.handleRequest(
      '/coterie/join/1',
      async () => {
        answered.resolve()
        return reply
      },
      { strangers: true },
    )
    const joiner = await startNode()
    const discovery = createHandDiscovery()
    const joined = joinMesh(
      {
        network: joiner,
        discoveries: [discovery],
        applicant: paperApplicant,
        clock: realClock,
        logger: silentLogger,
      },
      {
        secret: SECRET,
        name: 'cellar',
        version: '1.0.0',
        role: 'full',
        supported: SUPPORTED,
        timeoutMs: 20_000,
        signal: never,
      },
    )
    discovery.find(liar)
    await answered.promise
    discovery.find(member.network)
    assert.equal((await joined).meshName, 'home')
  })

  it('asks again when the reply is lost, and is the same member under the same name', async () => {
    const member = await startMember()
    const joiner = await startNode()
    member.losses.push(new CoterieError('noQuorum', { waitedMs: 1 }))
    await join(joiner, [member.network])
    assert.equal(member.decided.length, 2)
    assert.equal(member.view.nodes.get(joiner.connections.self)?.name, 'cellar')
    assert.equal(member.view.nodes.size, 2)
  })

  it('is refused with what to install where it does not support the version of the mesh', async () => {
    const member = await startMember()
    await member.decide({ type: 'meshVersionRaised', version: 2, asOf: member.view.appliedIndex })
    for (const supported of [
      { least: 1, most: 1 },
      { least: 3, most: 4 },
    ]) {
      const joiner = await startNode()
      await assert.rejects(join(joiner, [member.network], { supported }), {
        code: 'meshVersionUnsupported',
        data: { meshVersion: 2, ...supported },
      })
    }
    assert.equal(member.view.nodes.size, 1)
    const joiner = await startNode()
    await join(joiner, [member.network], { supported: { least: 1, most: 2 } })
    assert.equal(member.view.nodes.size, 2)
  })

  it('is refused for good once it was removed', async () => {
    const member = await startMember()
    const joiner = await startNode()
    await join(joiner, [member.network])
    await member.decide({ type: 'nodeRemoved', node: joiner.connections.self, atMs: 2 })
    await assert.rejects(join(joiner, [member.network]), (error) => isCoterieError(error, 'nodeRemoved'))
  })

  it('gives up when nobody answers, and says where it asked', async () => {
    const joiner = await startNode()
    const silent = await startNode()
    const asked = [...silent.connections.addresses()]
    await assert.rejects(join(joiner, [silent], { timeoutMs: 300 }), (error) => {
      assert.ok(isCoterieError(error, 'meshNotFound'))
      assert.deepEqual(error.data.tried, asked)
      return true
    })
  })
})
