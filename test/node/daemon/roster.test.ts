import assert from 'node:assert/strict'
import { awaitAdmission, followRoster, REMOVAL_GRACE_MS } from '../../../node/daemon/roster.ts'
import { createDecisionService } from '../../../node/decisions/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  snapshotDecisions,
} from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [FOUNDER, NEIGHBOUR, SELF] = [newIdentity().node, newIdentity().node, newIdentity().node]
const NAMES = new Map([
  [FOUNDER, 'founder'],
  [NEIGHBOUR, 'neighbour'],
  [SELF, 'self'],
])

const admitted = (node: string): Decision => ({
  type: 'nodeAdmitted',
  node,
  name: NAMES.get(node) as string,
  addresses: [],
  atMs: 1,
})

/** A node that follows a log, batch by batch. */
const setUp = () => {
  let deliver: (entries: readonly LogEntry[], commitIndex: number) => void = () => {}
  let install: (snapshot: { index: number; data: Uint8Array }) => void = () => {}
  let index = 0
  const consensus = {
    propose: async () => assert.fail('nothing is decided here'),
    onCommitted: (listener: typeof deliver) => {
      deliver = listener
    },
    onSnapshot: (listener: typeof install) => {
      install = listener
    },
  }
  const told: string[][] = []
  const clock = createHandClock()
  const components = {
    self: SELF,
    decisions: createDecisionService({ consensus, clock, logger: silentLogger, onFailed: assert.ifError }),
    clock,
    setMembers: (members: ReadonlySet<string>) =>
      void told.push([...members].map((node) => NAMES.get(node) as string).sort()),
  }
  const follow = (...batch: Decision[]) => {
    const entries = batch.map((decision): LogEntry => {
      index += 1
      return { index, term: 1, kind: 'decision', data: decisionCodec.encode(decision) }
    })
    deliver(entries, index)
  }
  const followSnapshot = (...covered: Decision[]) => {
    const { view, apply } = createDecisions()
    for (const decision of covered) apply(++index, decision)
    install({ index, data: snapshotDecisions(view) })
  }
  return { components, told, follow, followSnapshot }
}

describe('roster', () => {
  it('keeps whom the node knew before while it follows an old log, and tells a batch that changes it once', () => {
    const { components, told, follow } = setUp()
    followRoster(components, [NEIGHBOUR])
    follow(admitted(FOUNDER), admitted(SELF))
    const all = ['founder', 'neighbour', 'self']
    assert.deepEqual(told, [['neighbour', 'self'], all])
    // It was known: its admission is no news.
    follow(admitted(NEIGHBOUR))
    assert.equal(told.length, 2)
  })

  it('is told anew when a snapshot takes the place of the log', () => {
    const { components, told, followSnapshot } = setUp()
    followRoster(components, [])
    followSnapshot(admitted(FOUNDER), admitted(SELF))
    assert.deepEqual(told, [['self'], ['founder', 'self']])
  })

  it('lets a member that was removed go once it was answered, also where it was known before', () => {
    const { components, told, follow } = setUp()
    followRoster(components, [FOUNDER])
    follow(admitted(FOUNDER), admitted(NEIGHBOUR))
    follow({ type: 'nodeRemoved', node: FOUNDER, atMs: 2 })
    assert.equal(told.length, 2)
    components.clock.pass(REMOVAL_GRACE_MS)
    assert.deepEqual(told.at(-1), ['neighbour', 'self'])
    follow(admitted(SELF))
    assert.deepEqual(told.at(-1), ['neighbour', 'self'])
  })
})

describe('waiting for the admission', () => {
  const never = new AbortController().signal

  it('ends when the log holds it', async () => {
    const { components, follow } = setUp()
    const admission = awaitAdmission(components, never)
    follow(admitted(FOUNDER), admitted(SELF))
    await admission
    await awaitAdmission(components, never)
  })

  it('ends at once when the daemon is stopped', async () => {
    const { components } = setUp()
    const asked = new AbortController()
    const admission = awaitAdmission(components, asked.signal)
    const reason = new Error('stopped')
    asked.abort(reason)
    await assert.rejects(admission, reason)
    await assert.rejects(awaitAdmission(components, asked.signal), reason)
  })

  it('ends after 20 s without a word', async () => {
    const { components } = setUp()
    const admission = awaitAdmission(components, never)
    components.clock.pass(20_000)
    await assert.rejects(admission, (error) => isCoterieError(error, 'noQuorum'))
  })
})
