import assert from 'node:assert/strict'
import { ERRORS, isCoterieError } from '../../../protocols/errors/index.ts'
import { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from '../../../protocols/tunnel/index.ts'
import { type GatewayClient, openGatewayClient } from '../../../signaling/client/index.ts'
import { askForSession } from '../../../signaling/client/session.ts'
import { makeOffer } from '../../../signaling/gateway/werift-peer.ts'
import { SESSIONS_MAX } from '../../../signaling/index.ts'
import { eventually } from '../../support/eventually.ts'
import { service } from './served.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

describe('a channel ends with a code', () => {
  let nodes: TwoNodes
  beforeEach(async () => {
    nodes = await startTwoNodes(service)
  })
  afterEach(() => nodes.stop())

  /** Opens a channel by hand, sends these messages over it, and gives the first answer. */
  const answerTo = async (...messages: readonly Uint8Array<ArrayBuffer>[]): Promise<TunnelFrame> => {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>()
    const peer = await makeOffer({
      onOpen: (channel) => {
        for (const bytes of messages) channel.send(bytes)
      },
      onMessage: answer.resolve,
      onDrained: () => undefined,
      onClosed: () => answer.reject(new Error('it closed without a word')),
    })
    try {
      await peer.accept(await askForSession(`http://127.0.0.1:${nodes.a.port}`, 'web', peer.sdp))
      return decodeTunnelFrame(await answer.promise)
    } finally {
      await peer.close()
    }
  }

  it('when what comes is no frame, and other channels go on', async () => {
    const client = await openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service: 'web' })
    for (const garbage of [new Uint8Array([3]), new Uint8Array([99, 0, 0, 0, 1]), new Uint8Array(60_000)])
      assert.deepEqual(await answerTo(garbage), {
        type: 'reset',
        stream: 0,
        code: ERRORS.tunnelMalformed.wire,
      })
    assert.equal((await client.fetch({ path: '/' })).status, 200)
    await client.close()
  })

  it('when credit is given that nobody took', async () => {
    const head = { service: 'web', method: 'POST', path: '/echo', headers: [] }
    const open = encodeTunnelFrame({ type: 'open', stream: 1, head })
    const credit = encodeTunnelFrame({ type: 'credit', stream: 1, bytes: 1 })
    const answer = await answerTo(open, credit)
    assert.deepEqual(answer, { type: 'reset', stream: 0, code: ERRORS.tunnelCreditExceeded.wire })
  })

  it('when its node stops, at once', async () => {
    const client = await openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service: 'web' })
    const { body } = await client.fetch({ path: '/endless' })
    const reader = body.getReader()
    await reader.read()
    await nodes.b.stop()
    const readOn = async (): Promise<void> => {
      while (!(await reader.read()).done);
    }
    await assert.rejects(readOn(), (error) => isCoterieError(error, 'channelLost'))
    await client.close()
  })
})

describe('a session is refused with a code', () => {
  let nodes: TwoNodes
  const kept: GatewayClient[] = []
  const open = (service = 'web') =>
    openGatewayClient({ gatewayUrl: `http://127.0.0.1:${nodes.a.port}`, service })
  /** One that the test need not close. */
  const openKept = async (): Promise<GatewayClient> => {
    const client = await open()
    kept.push(client)
    return client
  }

  beforeEach(async () => {
    nodes = await startTwoNodes(service)
  })
  afterEach(async () => {
    await Promise.all(kept.splice(0).map((client) => client.close()))
    await nodes.stop()
  })

  it('for a service that the mesh does not have', async () => {
    await assert.rejects(open('other'), (error) => isCoterieError(error, 'gatewayServiceUnknown'))
  })

  it('for a service without a running replica', async () => {
    nodes.nodes.splice(0)
    await assert.rejects(open(), (error) => isCoterieError(error, 'serviceNotRunning'))
  })

  it('by a node that does not run it, and another is asked', async () => {
    nodes.nodes.splice(0, 1, 'nodeA')
    await assert.rejects(
      open(),
      (error) => isCoterieError(error, 'serviceNotHere') && error.data.node === 'nodeA',
    )
    nodes.nodes.push('nodeB')
    await openKept()
  })

  it('and a session ends when the service has moved away, so that the page asks again', async () => {
    const client = await openKept()
    assert.equal((await client.fetch({ path: '/' })).status, 200)
    nodes.nodes.splice(0)
    await assert.rejects(client.fetch({ path: '/' }), (error) => isCoterieError(error, 'serviceNotRunning'))
    await eventually('the session to end', () => nodes.b.sessionCount === 0)
  })

  it('when the only node that runs it cannot be reached', async () => {
    nodes.nodes.splice(0, 1, 'nodeC')
    await assert.rejects(open(), (error) => isCoterieError(error, 'peerUnreachable'))
  })

  it('when nothing listens where the service should', async () => {
    const client = await openKept()
    nodes.server.closeAllConnections()
    await new Promise((resolve) => nodes.server.close(resolve))
    await assert.rejects(client.fetch({ path: '/' }), (error) => isCoterieError(error, 'upstreamUnreachable'))
  })

  it('when the node holds as many as it may', async () => {
    await Promise.all(Array.from({ length: SESSIONS_MAX }, () => openKept()))
    await assert.rejects(open(), (error) => isCoterieError(error, 'sessionsExhausted'))
    await Promise.all(kept.splice(0).map((client) => client.close()))
    await eventually('the sessions to end', () => nodes.b.sessionCount === 0)
  })
})
