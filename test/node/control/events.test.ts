import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { createEventLog } from '../../../node/control/index.ts'
import {
  EVENTS_KEPT_MAX,
  EVENTS_WAITING_MAX,
  type EventLine,
  STREAMS_MAX,
} from '../../../protocols/control/index.ts'
import { eventually } from '../../support/eventually.ts'
import { ask, askText, type Fixture, NODE, startControl } from './fixture.ts'

const leaderChanged = (term: number) => ({ type: 'leaderChanged', leader: NODE, term }) as const

describe('control: the event log', () => {
  it('keeps the last events and says when some are lost', () => {
    const log = createEventLog({ clock: { wallMs: () => 5000 } })
    for (let term = 1; term <= EVENTS_KEPT_MAX + 10; term++) log.record(leaderChanged(term))
    const all = log.since(null)
    assert.equal(all.events.length, EVENTS_KEPT_MAX)
    const oldest = all.events[0]?.sequence as number
    assert.equal(oldest, 5010)
    assert.deepEqual(log.since(oldest - 1), { events: all.events, gap: false })
    assert.equal(log.since(oldest - 2).gap, true)
    assert.deepEqual(log.since(oldest + EVENTS_KEPT_MAX - 1), { events: [], gap: false })
  })

  it('knows a sequence of an earlier start, and one that never was', () => {
    const log = createEventLog({ clock: { wallMs: () => 5000 } })
    assert.equal(log.since(4000).gap, true)
    assert.equal(log.since(4999).gap, false)
    assert.equal(log.since(9000).gap, true)
  })
})

describe('control: the event stream', () => {
  let fixture: Fixture
  const open: ClientRequest[] = []
  beforeEach(async () => {
    fixture = await startControl()
  })
  afterEach(async () => {
    for (const sent of open.splice(0)) sent.destroy()
    await fixture.stop()
  })

  const stream = async (query = '?follow=true') => {
    const sent = request({ socketPath: fixture.socketPath, path: `/v1/events${query}`, agent: false })
    open.push(sent)
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }

  const linesOf = async function* (response: IncomingMessage): AsyncGenerator<EventLine> {
    for await (const line of createInterface({ input: response })) yield JSON.parse(line)
  }

  const all = async (lines: AsyncGenerator<EventLine>) => {
    const collected: EventLine[] = []
    for await (const line of lines) collected.push(line)
    return collected
  }

  const next = async (lines: AsyncGenerator<EventLine>) => (await lines.next()).value as EventLine

  it('gives what is kept, then what happens', async () => {
    fixture.events.record(leaderChanged(1))
    const lines = linesOf(await stream())
    assert.partialDeepStrictEqual(await next(lines), leaderChanged(1))
    fixture.events.record(leaderChanged(2))
    assert.partialDeepStrictEqual(await next(lines), leaderChanged(2))
  })

  it('ends after what is kept, without follow', async () => {
    fixture.events.record(leaderChanged(1))
    assert.equal((await all(linesOf(await stream('')))).length, 1)
  })

  it('begins after since, and with a gap where events are lost', async () => {
    for (const term of [1, 2, 3]) fixture.events.record(leaderChanged(term))
    const [first] = fixture.events.since(null).events
    const after = await all(linesOf(await stream(`?since=${first?.sequence}`)))
    assert.deepEqual(
      after.map((line) => 'term' in line && line.term),
      [2, 3],
    )
    const [gap] = await all(linesOf(await stream('?since=7')))
    assert.deepEqual(gap, { type: 'gap' })
  })

  it('ends with daemonStopping when the daemon stops', async () => {
    const lines = linesOf(await stream())
    await fixture.control.stop()
    const end = await next(lines)
    assert.ok(end.type === 'end')
    assert.equal(end.error.code, 'daemonStopping')
    assert.equal((await lines.next()).done, true)
  })

  it('lets a reader go that does not read, and tells it when it reads on', async () => {
    const response = await stream()
    response.pause()
    // More than the sockets and the queue hold together, in turns, so that what can be written is written.
    for (let burst = 0; burst < 20; burst++) {
      for (let term = 0; term < EVENTS_WAITING_MAX; term++) fixture.events.record(leaderChanged(term))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const lines = await all(linesOf(response))
    const end = lines.at(-1)
    assert.ok(end?.type === 'end')
    assert.equal(end.error.code, 'readerTooSlow')
    assert.ok(lines.length < 20 * EVENTS_WAITING_MAX)
    const sequences = lines.flatMap((line) => ('sequence' in line ? [line.sequence] : []))
    assert.deepEqual(
      sequences,
      sequences.toSorted((a, b) => a - b),
      'in order',
    )
  })

  it('is open to so many readers at once, and to others when those have gone', async () => {
    const readers = await Promise.all(Array.from({ length: STREAMS_MAX }, () => stream()))
    const another = { socketPath: fixture.socketPath, path: '/v1/events?follow=true' }
    assert.equal((await ask(another)).body.code, 'streamsTooMany')
    const headers = { authorization: `Bearer ${await fixture.token()}` }
    const elsewhere = { port: fixture.control.port, path: '/v1/events', headers }
    assert.equal((await askText(elsewhere)).status, 200, 'another door has places of its own')
    readers[0]?.destroy()
    await eventually('a place is free', async () => (await stream()).statusCode === 200)
  })
})
