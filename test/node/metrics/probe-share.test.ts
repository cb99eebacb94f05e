import { deepEqual, equal } from 'node:assert/strict'
import { PING_PATIENCE_MS, PINGS_AWAITED_MAX, SHARE_SPAN_MS } from '../../../node/metrics/limits.ts'
import { watchProbes } from '../../../node/metrics/probe-share.ts'
import type { MembershipMessage } from '../../../protocols/membership/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const SELF = 'self'
const OTHER = 'other'

const message = (body: MembershipMessage['body']): MembershipMessage => ({
  speaker: { incarnation: 1, left: false, addresses: [] },
  news: [],
  body,
})

describe('the share of answered pings', () => {
  const watched = () => {
    const clock = createHandClock()
    const sent: MembershipMessage[] = []
    const heard: MembershipMessage[] = []
    let deliver: (from: string, message: MembershipMessage) => void = () => {}
    const { channel, share } = watchProbes(
      {
        send: (_to, message) => void sent.push(message),
        onMessage: (listener) => {
          deliver = listener
        },
      },
      { self: SELF, clock },
    )
    channel.onMessage((_from, message) => void heard.push(message))
    return {
      clock,
      sent,
      heard,
      share,
      ping: (number: number, origin = SELF) => channel.send(OTHER, message({ type: 'ping', number, origin })),
      hear: (body: MembershipMessage['body']) => deliver(OTHER, message(body)),
    }
  }

  it('is told of nobody while nobody was asked', () => {
    const { share, clock } = watched()
    clock.pass(SHARE_SPAN_MS)
    equal(share.ratio(), null)
  })

  it('counts an ack and a vouch as answers, and silence as none', () => {
    const { clock, share, ping, hear } = watched()
    for (const number of [1, 2, 3, 4]) ping(number)
    equal(share.ratio(), null)
    hear({ type: 'ack', number: 1, origin: SELF })
    hear({ type: 'vouch', number: 2, target: OTHER })
    hear({ type: 'nack', number: 3, target: OTHER })
    equal(share.ratio(), 1)
    clock.pass(PING_PATIENCE_MS)
    equal(share.ratio(), 0.5)
    deepEqual({ ...share.totals() }, { answered: 2, unanswered: 2 })
  })

  it('counts an answer once, and one that comes late not at all', () => {
    const { clock, share, ping, hear } = watched()
    ping(1)
    ping(2)
    hear({ type: 'ack', number: 1, origin: SELF })
    hear({ type: 'ack', number: 1, origin: SELF })
    clock.pass(PING_PATIENCE_MS)
    hear({ type: 'ack', number: 2, origin: SELF })
    deepEqual({ ...share.totals() }, { answered: 1, unanswered: 1 })
  })

  it('leaves out what is asked and answered for others', () => {
    const { clock, share, ping, hear } = watched()
    ping(1, 'a third')
    hear({ type: 'ack', number: 1, origin: 'a third' })
    clock.pass(PING_PATIENCE_MS)
    equal(share.ratio(), null)
  })

  it('forgets what was more than a minute ago, but not in the totals', () => {
    const { clock, share, ping, hear } = watched()
    ping(1)
    clock.pass(PING_PATIENCE_MS)
    equal(share.ratio(), 0)
    clock.pass(SHARE_SPAN_MS)
    equal(share.ratio(), null)
    ping(2)
    hear({ type: 'ack', number: 2, origin: SELF })
    equal(share.ratio(), 1)
    deepEqual({ ...share.totals() }, { answered: 1, unanswered: 1 })
  })

  it('waits for a bounded number of answers', () => {
    const { share, ping } = watched()
    for (let number = 0; number <= PINGS_AWAITED_MAX; number++) ping(number)
    deepEqual({ ...share.totals() }, { answered: 0, unanswered: 1 })
  })

  it('changes nothing of what is said and heard', () => {
    const { sent, heard, ping, hear } = watched()
    ping(1)
    hear({ type: 'news' })
    deepEqual(
      sent.map(({ body }) => body),
      [{ type: 'ping', number: 1, origin: SELF }],
    )
    deepEqual(
      heard.map(({ body }) => body),
      [{ type: 'news' }],
    )
  })
})
