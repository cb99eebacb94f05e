import assert from 'node:assert/strict'
import { createScheduler } from '../../../node/scheduler/index.ts'
import { drive } from '../../../node/simulation/drive.ts'
import { createTimeline } from '../../../node/simulation/timeline.ts'
import { createDecisions } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { NODE, ONE_NODE, SPEC } from './one-node.ts'

/** More than one round looks at. */
const SERVICES = 200

/** Many services that run nowhere yet, and a node that leads them while it hands over: it drops at once whatever it is asked. */
const openWorld = () => {
  const { view, apply } = createDecisions()
  apply(1, { type: 'nodeAdmitted', node: NODE, name: 'one', addresses: [], atMs: 1 })
  for (let at = 0; at < SERVICES; at += 1)
    apply(at + 2, {
      type: 'revisionAccepted',
      revision: String(at).padStart(64, '0'),
      object: serviceKey('shop', `web-${at}`),
      parents: [],
      hlc: { wallMs: at, counter: 0 },
      removed: false,
    })
  const timeline = createTimeline()
  const asked: number[] = []
  const never = () => () => {}
  const scheduler = createScheduler({
    leadership: { isSettled: () => true, onChange: never },
    decisions: {
      view,
      decide: () => {
        asked.push(timeline.nowMs())
        return Promise.reject(new CoterieError('notLeader', { leader: null }))
      },
      onApplied: never,
      onBatch: never,
      onRestored: never,
    },
    records: { specOf: () => SPEC, statusOf: () => null, onChange: never },
    leases: {
      withheldFor: () => null,
      movableAtMs: () => 0,
      silentForMs: () => 0,
      isHeldDown: () => false,
      follow: () => {},
      withhold: () => {},
    },
    members: { nodes: () => [ONE_NODE], onChange: never },
    clock: { nowMs: timeline.nowMs, wallMs: timeline.nowMs, after: timeline.after },
    logger: silentLogger,
  })
  return { scheduler, timeline, asked }
}

describe('a leader whose decisions have no effect', () => {
  it('takes a breath before it plans the same again', async () => {
    const { scheduler, timeline, asked } = openWorld()
    await scheduler.start()
    await drive(timeline, 1_000, () => asked.length > 100 * SERVICES)
    await scheduler.stop()
    const rounds = new Set(asked).size
    assert.ok(rounds >= 2, `asked in ${rounds} rounds`)
    assert.ok(asked.length < 20 * SERVICES, `asked ${asked.length} times in a second`)
  })
})
