/**
 * How revocations travel: told to all who are connected, and compared with those who connect and with some from time to time.
 * A member tells only what it has verified, so after the first bad one nothing more of a message is read.
 */
import { concat, equals, fromString, toString as toText } from 'uint8arrays'
import {
  IDS_MAX,
  RECORDS_PER_MESSAGE_MAX,
  type Revocation,
  type RevocationSet,
  type RevocationsAnswer,
  type RevocationsRequest,
  revocationsAnswerCodec,
  revocationsRequestCodec,
} from '../../protocols/revocations/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import { COMPARE_INTERVAL_MS, COMPARED_MAX, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { RevocationsComponents } from './types.ts'

export interface Exchange {
  start(): void
  stop(): void
  /** To everybody who is connected, but `from`. */
  tell(records: readonly Revocation[], from: NodeId | null): void
}

export interface Held {
  readonly set: RevocationSet
  take(shown: readonly Uint8Array[], from: NodeId): Promise<void>
}

const bytesOf = (id: string): Uint8Array => fromString(id, 'base16')
const hex = (id: Uint8Array): string => toText(id, 'base16')

const pagesOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / RECORDS_PER_MESSAGE_MAX) }, (_, page) =>
    items.slice(page * RECORDS_PER_MESSAGE_MAX, (page + 1) * RECORDS_PER_MESSAGE_MAX),
  )

export const createExchange = (
  { clock, random, logger, requests, connections, hash }: RevocationsComponents,
  held: Held,
): Exchange => {
  let ends: (() => void)[] = []
  let cancel = (): void => {}

  /** The least ones, where there are more than are ever held. */
  const ids = (): Uint8Array[] => [...held.set.keys()].sort().slice(0, IDS_MAX).map(bytesOf)
  const digest = (): Uint8Array => hash(concat(ids()))

  const ask = async (to: NodeId, request: RevocationsRequest): Promise<RevocationsAnswer> => {
    const payload = revocationsRequestCodec.encode(request)
    const options = { timeoutMs: REQUEST_TIMEOUT_MS }
    return revocationsAnswerCodec.decode(await requests.request(to, PROTOCOLS.revocations, payload, options))
  }

  const compare = async (to: NodeId): Promise<void> => {
    const compared = await ask(to, { type: 'compare', digest: digest() })
    if (compared.type !== 'ids') return
    const missing = compared.ids.filter((id) => !held.set.has(hex(id)))
    for (const page of pagesOf(missing)) {
      const fetched = await ask(to, { type: 'fetch', ids: page })
      if (fetched.type === 'records') await held.take(fetched.records, to)
    }
  }

  /** What fails is done again at the next connection or look; members of older versions never answer. */
  const quietly = (attempt: Promise<unknown>, peer: NodeId): void => {
    attempt.catch((error: unknown) =>
      logger.debug({ error: String(error), peer }, 'no revocations were exchanged'),
    )
  }

  const look = (): void => {
    cancel = clock.after(COMPARE_INTERVAL_MS, () => {
      const drawn = connections.connected().map((peer) => ({ peer, draw: random() }))
      drawn.sort((a, b) => a.draw - b.draw)
      for (const { peer } of drawn.slice(0, COMPARED_MAX)) quietly(compare(peer), peer)
      look()
    })
  }

  const answer = async (from: NodeId, request: RevocationsRequest): Promise<RevocationsAnswer> => {
    switch (request.type) {
      case 'tell':
        await held.take(request.records, from)
        return { type: 'heard' }
      case 'compare': {
        const isSame = equals(request.digest, digest())
        return { type: 'ids', ids: isSame ? [] : ids() }
      }
      case 'fetch': {
        const asked = request.ids.flatMap((id) => held.set.get(hex(id)) ?? [])
        return { type: 'records', records: asked.map(({ bytes }) => bytes) }
      }
    }
  }

  return {
    start: () => {
      requests.handleRequest(PROTOCOLS.revocations, async (from, payload) =>
        revocationsAnswerCodec.encode(await answer(from, revocationsRequestCodec.decode(payload))),
      )
      ends = [
        connections.onPeer(({ type, peer }) => {
          if (type === 'connected') quietly(compare(peer), peer)
        }),
      ]
      for (const peer of connections.connected()) quietly(compare(peer), peer)
      look()
    },
    stop: () => {
      cancel()
      for (const end of ends) end()
    },
    tell: (records, from) => {
      for (const page of pagesOf(records.map(({ bytes }) => bytes)))
        for (const peer of connections.connected())
          if (peer !== from) quietly(ask(peer, { type: 'tell', records: page }), peer)
    },
  }
}
