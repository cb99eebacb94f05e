/** What it takes to be a member where everybody has to prove it; the proofs are of paper. */
import assert from 'node:assert/strict'
import { type MeasuredNetwork, nodeIdOf, type Proofs } from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { helloCodec } from '../../../protocols/credentials/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import {
  isConnected,
  makeMesh,
  REQUEST,
  realClock,
  startNode,
  stopAll,
  stopNode,
  text,
  utf8,
} from './nodes.ts'

const TIMEOUT = { timeoutMs: 5_000 }

/** Proofs that say the name of their node, and whose they are no more. */
interface Paper extends Proofs {
  readonly ended: Set<NodeId>
  verified: number
  refusals: number
}

const paper = (self: NodeId): Paper => {
  const ended = new Set<NodeId>()
  const proofs: Paper = {
    ended,
    verified: 0,
    refusals: 0,
    own: () => [utf8(self)],
    verify: ([said], peer) => {
      proofs.verified += 1
      if (said === undefined || text(said) !== peer || ended.has(peer))
        throw new CoterieError('certificateInvalid', { peer, detail: 'it says something else' })
    },
    onRefused: () => {
      proofs.refusals += 1
    },
  }
  return proofs
}

const serve = (network: MeasuredNetwork): void => {
  network.requests.handleRequest(REQUEST, async (from) => utf8(`hello ${from}`))
  network.requests.handleRequest(PROTOCOLS.certificates, async () => utf8('new ones'), { unproven: true })
}

interface Proving {
  readonly network: MeasuredNetwork
  readonly proofs: Paper
  showAgain(): void
}

const startProving = async (clock: Clock = realClock): Promise<Proving> => {
  const network = await startNode({}, { clock })
  serve(network)
  const proofs = paper(network.connections.self)
  return { network, proofs, showAgain: network.requireProofs(proofs) }
}

const ask = async (from: MeasuredNetwork, to: MeasuredNetwork): Promise<string> =>
  text(await from.requests.request(to.connections.self, REQUEST, utf8('x'), TIMEOUT))

/** A clock on which proofs are looked at again twice a second, and roster and strangers hurry as much. */
const hasty: Clock = {
  ...realClock,
  after: (afterMs, task) => realClock.after(afterMs > 1_000 ? afterMs / 20 : afterMs, task),
}

describe('network: members that have to prove it', () => {
  afterEach(stopAll)

  it('are connected once both have shown their chains', async () => {
    const [a, b] = [await startProving(), await startProving()]
    makeMesh([a.network, b.network])
    await eventually(
      'both ends',
      () => isConnected(a.network, b.network) && isConnected(b.network, a.network),
    )
    assert.equal(await ask(a.network, b.network), `hello ${a.network.connections.self}`)
    assert.equal(await ask(b.network, a.network), `hello ${b.network.connections.self}`)
  })

  it('ask at once, without waiting to be told of the connection', async () => {
    const [a, b] = [await startProving(), await startProving()]
    makeMesh([a.network, b.network])
    assert.equal(await ask(a.network, b.network), `hello ${a.network.connections.self}`)
  })

  it('answer an admitted node with a bad chain on no protocol but the one for a new one', async () => {
    const [member, other] = [await startProving(), await startProving()]
    const { self } = other.network.connections
    member.proofs.ended.add(self)
    makeMesh([member.network, other.network])
    await assert.rejects(ask(other.network, member.network), { code: 'certificateInvalid' })
    const { self: to } = member.network.connections
    const answer = await other.network.requests.request(to, PROTOCOLS.certificates, utf8(''), TIMEOUT)
    assert.equal(text(answer), 'new ones')
    assert.ok(other.proofs.refusals > 0)
    assert(!isConnected(member.network, other.network))
    // The one who refuses asks nothing either.
    await assert.rejects(ask(member.network, other.network), { code: 'certificateInvalid' })
  })

  it('answer a node that shows nothing at all on none', async () => {
    const member = await startProving()
    const silent = await startNode()
    serve(silent)
    makeMesh([member.network, silent])
    await assert.rejects(ask(silent, member.network), { code: 'peerUnreachable' })
    assert(!isConnected(member.network, silent))
  })

  it('let in whoever has a good chain at last, on the connection that is open', async () => {
    const [member, other] = [await startProving(), await startProving()]
    const { self } = other.network.connections
    member.proofs.ended.add(self)
    makeMesh([member.network, other.network])
    await assert.rejects(ask(other.network, member.network), { code: 'certificateInvalid' })
    member.proofs.ended.delete(self)
    other.showAgain()
    await eventually(
      'both ends',
      () => isConnected(member.network, other.network) && isConnected(other.network, member.network),
    )
    assert.equal(await ask(other.network, member.network), `hello ${self}`)
  })

  it('lose those whose chain ends while they are connected', async () => {
    const [member, other] = [await startProving(hasty), await startProving(hasty)]
    makeMesh([member.network, other.network])
    await eventually(
      'both ends',
      () => isConnected(member.network, other.network) && isConnected(other.network, member.network),
    )
    member.proofs.ended.add(other.network.connections.self)
    await eventually('it is cut off', () => !isConnected(member.network, other.network))
    await assert.rejects(ask(other.network, member.network))
  })

  it('cut off whoever is barred, and tell it why when it comes back', async () => {
    const [member, other] = [await startProving(), await startProving()]
    const { self } = other.network.connections
    const shown: string[] = []
    Object.assign(member.proofs, { revocations: { of: () => utf8('lost'), onShown: () => undefined } })
    Object.assign(other.proofs, {
      revocations: { of: () => null, onShown: (revocation: Uint8Array) => shown.push(text(revocation)) },
    })
    makeMesh([member.network, other.network])
    await eventually('it is told', () => shown.length > 0)
    assert.equal(shown[0], 'lost')
    member.network.bar(new Set([self]))
    assert(!isConnected(member.network, other.network))
    for (const protocol of [REQUEST, PROTOCOLS.certificates])
      await assert.rejects(
        other.network.requests.request(member.network.connections.self, protocol, utf8('x'), TIMEOUT),
      )
    const told = shown.length
    await eventually('it is told again', () => shown.length > told)
    await eventually('nothing is left open', () => member.network.remoteAddress(self) === null)
    assert(!isConnected(member.network, other.network))
    member.network.bar(new Set())
    Object.assign(member.proofs, { revocations: undefined })
    await eventually('it is a member again', () => isConnected(member.network, other.network))
  })

  it('show a stranger who they are, and take no chain of it', async () => {
    const member = await startProving()
    const stranger = await startNode()
    const [address] = member.network.connections.addresses()
    const node = await stranger.connections.dial(address as string, TIMEOUT)
    const answer = await stranger.requests.request(
      node,
      PROTOCOLS.hello,
      helloCodec.encode({ chain: [] }),
      TIMEOUT,
    )
    assert.deepEqual(helloCodec.decode(answer).chain, [utf8(node)])
    assert.equal(member.proofs.verified, 0)
    await assert.rejects(stranger.requests.request(node, REQUEST, utf8('x'), TIMEOUT), {
      code: 'peerUnreachable',
    })
  })

  it('find each other again after a restart', async () => {
    const member = await startProving()
    const privateKey = new Uint8Array(32).fill(9)
    const start = async () => {
      const network = await startNode({ privateKey })
      serve(network)
      network.requireProofs(paper(network.connections.self))
      makeMesh([member.network, network])
      await eventually(
        'both ends',
        () => isConnected(member.network, network) && isConnected(network, member.network),
      )
      assert.equal(await ask(network, member.network), `hello ${network.connections.self}`)
      assert.equal(await ask(member.network, network), `hello ${member.network.connections.self}`)
      return network
    }
    await stopNode(await start())
    await start()
  })
})

describe('network: a machine on a copy of a data directory', () => {
  const privateKey = new Uint8Array(32).fill(9)
  let member: Proving
  let refusals: CoterieError[]

  beforeEach(async () => {
    member = await startProving()
    refusals = []
  })
  afterEach(stopAll)

  const start = async (isCopy: boolean): Promise<MeasuredNetwork> => {
    const network = await startNode({ privateKey })
    serve(network)
    const onCopyRefused = (error: CoterieError) => void refusals.push(error)
    network.requireProofs({ ...paper(network.connections.self), isCopy, onCopyRefused })
    makeMesh([member.network, network])
    return network
  }
  const isRefused = () =>
    eventually('it is refused', () => refusals.length > 0).then(() => {
      const [{ code, data } = assert.fail()] = refusals
      assert.deepEqual({ code, data }, { code: 'dataDirCopied', data: { node: self(), at: '127.0.0.1' } })
    })
  const isMember = (network: MeasuredNetwork) =>
    eventually(
      'both ends',
      () => isConnected(member.network, network) && isConnected(network, member.network),
    )
  const self = () => nodeIdOf(privateKey)

  it('is refused beside the first one, which goes on', async () => {
    const first = await start(false)
    await isMember(first)
    const copy = await start(true)
    await isRefused()
    await stopNode(copy)
    await eventually('the first one answers', () => ask(member.network, first).catch(() => null))
  })

  it('is cut off and refused where it came before the first one', async () => {
    await isMember(await start(true))
    assert.deepEqual(refusals, [])
    await start(false)
    await isRefused()
  })

  it('takes the place of the first one when that has gone', async () => {
    const first = await start(false)
    await isMember(first)
    await stopNode(first)
    const copy = await start(true)
    await isMember(copy)
    assert.equal(await ask(member.network, copy), `hello ${member.network.connections.self}`)
    assert.deepEqual(refusals, [])
  })
})
