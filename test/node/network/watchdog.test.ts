import assert from 'node:assert/strict'
import type { Clock } from '../../../node/ports/clock.ts'
import { eventually } from '../../support/eventually.ts'
import { makeMesh, realClock, startNode, stopAll } from './nodes.ts'

const HASTE = 20

/** A clock on which twenty seconds last one. */
const hasty: Clock = {
  wallMs: realClock.wallMs,
  nowMs: () => realClock.nowMs() * HASTE,
  after: (afterMs, task) => realClock.after(afterMs / HASTE, task),
}

describe('network: the gossip watchdog', () => {
  afterEach(stopAll)

  it('connects anew to a member that shows no subscription, and leaves a subscriber alone', async () => {
    const [watcher, subscriber, silent] = [
      await startNode({}, { clock: hasty }),
      await startNode(),
      await startNode(),
    ]
    watcher.topics.subscribe('words', () => {})
    subscriber.topics.subscribe('words', () => {})
    const events = new Map([subscriber, silent].map(({ connections }) => [connections.self, [] as string[]]))
    watcher.connections.onPeer(({ type, peer }) => events.get(peer)?.push(type))
    makeMesh([watcher, subscriber, silent])
    const seen = await eventually('a second connection', () => {
      const ofSilent = events.get(silent.connections.self)
      return ofSilent !== undefined && ofSilent.length >= 3 && ofSilent
    })
    assert.deepEqual(seen.slice(0, 3), ['connected', 'disconnected', 'connected'])
    assert.deepEqual(events.get(subscriber.connections.self), ['connected'])
  })
})
