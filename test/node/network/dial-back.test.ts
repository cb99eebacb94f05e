import assert from 'node:assert/strict'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { DialBack } from '../../../node/network/dial-back.ts'
import type { Host } from '../../../node/network/host.ts'
import { throughRelay } from '../../../node/network/relayed-address.ts'
import type { StreamRequests } from '../../../node/network/requests.ts'
import { dialBackAnswerCodec, dialBackRequestCodec } from '../../../protocols/reach/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { realClock } from './nodes.ts'

describe('network: dialling back', () => {
  const [asking, relay] = [newIdentity().node, newIdentity().node]

  /** What a node is told that asks, while a connection to it is opened at that address. */
  const toldWhile = async (opened: Multiaddr): Promise<boolean> => {
    let answer: Parameters<StreamRequests['handleRequest']>[1] = async () => assert.fail('nobody answers')
    const handleRequest: StreamRequests['handleRequest'] = (_protocol, handler) => {
      answer = handler
    }
    const dialBack = new DialBack({ clock: realClock, requests: { handleRequest } as StreamRequests })
    const hook = dialBack.hooks.denyOutboundEncryptedConnection ?? assert.fail('it looks at no connection')
    const dial = async () => {
      await hook({ toString: () => asking } as never, { remoteAddr: opened } as never)
      throw new Error('nobody is there')
    }
    dialBack.attach({ dial } as unknown as Host)
    dialBack.answer(() => false)
    const request = dialBackRequestCodec.encode({ addresses: ['/ip4/192.0.2.7/tcp/7946'] })
    return dialBackAnswerCodec.decode(await answer(asking, request)).reached
  }

  it('reaches a node whose key is proven at its address', async () => {
    assert.equal(await toldWhile(multiaddr('/ip4/192.0.2.7/tcp/7946')), true)
  })

  it('does not take a connection through a relay for one', async () => {
    assert.equal(await toldWhile(throughRelay(relay, asking)), false)
  })
})
