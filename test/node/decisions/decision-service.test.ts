import assert from 'node:assert/strict'
import { createDecisionService } from '../../../node/decisions/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { type Decision, decisionCodec, snapshotDecisions } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { accepted, admitted, drained, NODE, unreadable } from './some-decisions.ts'

/** A log whose entries are committed by hand. */
const createHandLog = () => {
  const entries: LogEntry[] = []
  let deliver: (entries: readonly LogEntry[], commitIndex: number) => void = () => {}
  let install: (snapshot: { index: number; data: Uint8Array }) => void = () => {}
  let committed = 0
  const append = (data: Uint8Array, kind: LogEntry['kind'] = 'decision') => {
    entries.push({ index: entries.length + 1, term: 1, kind, data })
    return { index: entries.length, term: 1 }
  }
  return {
    entries,
    append,
    /** Commits all there is, in one batch. */
    commit: () => {
      const batch = entries.slice(committed)
      committed = entries.length
      deliver(batch, committed)
    },
    /** Puts a snapshot in place of all entries so far. */
    install: (data: Uint8Array) => {
      committed = entries.length
      install({ index: committed, data })
    },
    consensus: {
      propose: async (data: Uint8Array) => append(data),
      onSnapshot: (listener: typeof install) => {
        install = listener
      },
      onCommitted: (listener: typeof deliver) => {
        deliver = listener
      },
    },
  }
}

const setUp = () => {
  const log = createHandLog()
  const clock = createHandClock()
  const failures: Error[] = []
  const onFailed = (error: Error) => void failures.push(error)
  const components = { consensus: log.consensus, clock, logger: silentLogger, onFailed }
  return { log, clock, failures, decisions: createDecisionService(components) }
}

/** Lets what is under way come to its next wait. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('decision service', () => {
  it('resolves with the index once the decision is applied here, not before', async () => {
    const { log, decisions } = setUp()
    let index: number | null = null
    const deciding = decisions.decide(admitted).then((at) => {
      index = at
    })
    await settle()
    assert.equal(index, null)
    log.commit()
    await deciding
    assert.equal(index, 1)
    assert.equal(decisions.view.nodes.get(NODE)?.name, 'attic')
  })

  it('resolves too when the entry was applied before the proposer heard of its index', async () => {
    const { log, decisions } = setUp()
    const { propose } = log.consensus
    log.consensus.propose = async (data) => {
      const place = await propose(data)
      log.commit()
      return place
    }
    assert.equal(await decisions.decide(admitted), 1)
  })

  it('is refused when it was committed and had no effect', async () => {
    const { log, decisions } = setUp()
    const deciding = decisions.decide(drained)
    await settle()
    log.commit()
    await assert.rejects(deciding, (error) => isCoterieError(error, 'decisionRefused'))
  })

  it('has no quorum when it is not applied in time, or the caller gives up', async () => {
    const { clock, decisions } = setUp()
    const isNoQuorum = (error: unknown) => isCoterieError(error, 'noQuorum')
    const late = decisions.decide(admitted, { timeoutMs: 1_000 })
    await settle()
    clock.pass(1_000)
    await assert.rejects(late, isNoQuorum)
    const given = new AbortController()
    const deciding = decisions.decide(admitted, { signal: given.signal })
    await settle()
    given.abort()
    await assert.rejects(deciding, isNoQuorum)
  })

  it('never proposes what could not be read back', async () => {
    const { log, decisions } = setUp()
    await assert.rejects(decisions.decide({ ...admitted, name: 'Not A Label' }))
    assert.deepEqual(log.entries, [])
  })

  it('tells of each decision in order, and of each batch once all of it is applied', () => {
    const { log, decisions } = setUp()
    const told: string[] = []
    decisions.onApplied(({ index, decision, outcome }) =>
      told.push(`${index} ${decision.type} ${outcome.ok}`),
    )
    decisions.onBatch(() => told.push(`batch to ${decisions.view.appliedIndex}`))
    for (const decision of [drained, admitted]) log.append(decisionCodec.encode(decision))
    log.append(new Uint8Array(), 'noop')
    log.commit()
    assert.deepEqual(told, ['1 nodeDrained false', '2 nodeAdmitted true', 'batch to 3'])
  })

  it('does not let those wait who decided something before it stopped', async () => {
    const { log, decisions } = setUp()
    log.append(unreadable)
    const waiting = decisions.decide(admitted)
    await settle()
    log.commit()
    await assert.rejects(waiting, (error) => isCoterieError(error, 'outcomeUnknown'))
  })

  it('stops at an entry that it cannot read, applies nothing after it, and keeps what it knew', () => {
    const { log, decisions } = setUp()
    log.append(decisionCodec.encode(admitted))
    log.append(unreadable)
    log.append(decisionCodec.encode({ type: 'nodeRemoved', node: NODE, atMs: 2 }))
    log.append(new Uint8Array(), 'noop')
    log.commit()
    assert.equal(decisions.halt?.index, 2)
    assert.equal(decisions.view.appliedIndex, 1)
    assert.ok(decisions.view.nodes.has(NODE))
  })
})

describe('decision service that gets a snapshot', () => {
  /** What a node knows that applied the same entries. */
  const known = (...log: readonly Decision[]): Uint8Array => {
    const other = setUp()
    for (const decision of log) other.log.append(decisionCodec.encode(decision))
    other.log.commit()
    other.clock.pass(0)
    return snapshotDecisions(other.decisions.view)
  }

  it('has the same view, tells so, and goes on after it', () => {
    const { log, decisions } = setUp()
    const told: string[] = []
    decisions.onRestored(() => told.push(`restored ${decisions.view.nodes.size}`))
    decisions.onBatch(() => told.push(`batch to ${decisions.view.appliedIndex}`))
    log.append(decisionCodec.encode(admitted))
    log.install(known(admitted))
    log.append(decisionCodec.encode({ type: 'nodeDrained', node: NODE, draining: true }))
    log.commit()
    assert.deepEqual(told, ['restored 1', 'batch to 1', 'batch to 2'])
    assert.equal(decisions.view.nodes.get(NODE)?.draining, true)
    assert.deepEqual(decisions.snapshot(), { index: 2, data: snapshotDecisions(decisions.view) })
  })

  it('may have read it ahead, which shows only when it is given', () => {
    const { log, decisions } = setUp()
    const data = known(admitted)
    decisions.prepare({ index: 1, data })
    decisions.prepare({ index: 1, data: Uint8Array.of(1, 2, 3) })
    assert.equal(decisions.view.nodes.size, 0)
    assert.equal(decisions.halt, null)
    log.append(decisionCodec.encode(admitted))
    log.install(data.subarray(0))
    assert.equal(decisions.view.nodes.size, 1)
    assert.equal(decisions.view.appliedIndex, 1)
  })

  it('cannot tell how a decision went that it covers', async () => {
    const { log, decisions } = setUp()
    const isUnknown = (error: unknown) => isCoterieError(error, 'outcomeUnknown')
    const waiting = decisions.decide(admitted)
    await settle()
    log.install(known(admitted))
    await assert.rejects(waiting, isUnknown)
    log.consensus.propose = async () => ({ index: 1, term: 1 })
    await assert.rejects(decisions.decide(admitted), isUnknown)
  })

  it('gives none while it is halted, and goes on with one that it can read', () => {
    const { log, decisions } = setUp()
    assert.equal(decisions.snapshot(), null)
    log.append(unreadable)
    log.commit()
    assert.equal(decisions.snapshot(), null)
    log.install(known(admitted))
    assert.equal(decisions.halt, null)
    assert.ok(decisions.view.nodes.has(NODE))
  })

  it('takes its time over one that is long, does what comes after it then, and gives others their turn', async () => {
    const { log, clock, decisions } = setUp()
    const drained: Decision = { type: 'nodeDrained', node: NODE, draining: true }
    const many = Array.from(
      { length: 3_000 },
      (_, at): Decision => ({ ...accepted, object: `service/shop/s${at}` }),
    )
    log.append(decisionCodec.encode(admitted))
    log.install(known(admitted, ...many))
    log.append(decisionCodec.encode(drained))
    log.commit()
    assert.equal(decisions.view.objects.size, 0)
    assert.equal(decisions.snapshot(), null)
    const settled = decisions.settled()
    clock.pass(0)
    await settled
    assert.equal(decisions.view.objects.size, 3_000)
    assert.equal(decisions.view.nodes.get(NODE)?.draining, true)

    const snapshot = decisions.snapshot()
    assert.ok(snapshot instanceof Promise)
    const before = snapshotDecisions(decisions.view)
    log.append(decisionCodec.encode({ ...drained, draining: false }))
    log.commit()
    const passing = setInterval(() => clock.pass(0), 0)
    try {
      assert.deepEqual((await snapshot).data, before)
    } finally {
      clearInterval(passing)
    }
  })

  it('applies a long batch in order, some of it at a time, and tells of it once', async () => {
    const { log, clock, decisions } = setUp()
    let batches = 0
    decisions.onBatch(() => {
      batches += 1
    })
    for (let entry = 0; entry < 1_200; entry++) log.append(decisionCodec.encode(admitted))
    log.commit()
    assert.ok(decisions.view.appliedIndex < 1_200)
    assert.equal(batches, 0)
    const settled = decisions.settled()
    clock.pass(0)
    await settled
    assert.equal(decisions.view.appliedIndex, 1_200)
    assert.equal(batches, 1)
  })

  it('tells what a listener throws, also where others had their turn before', async () => {
    const { log, clock, failures, decisions } = setUp()
    decisions.onBatch(() => {
      throw new Error('a listener failed')
    })
    log.append(decisionCodec.encode(admitted))
    assert.throws(() => log.commit(), /a listener failed/)
    for (let entry = 0; entry < 1_200; entry++) log.append(decisionCodec.encode(admitted))
    log.commit()
    assert.deepEqual(failures, [])
    const settled = decisions.settled()
    clock.pass(0)
    await settled
    assert.deepEqual(
      failures.map(({ message }) => message),
      ['a listener failed'],
    )
  })

  it('stops at one that it cannot read, and keeps what it knew', () => {
    const { log, decisions } = setUp()
    log.append(decisionCodec.encode(admitted))
    log.commit()
    log.append(unreadable)
    log.install(unreadable)
    assert.equal(decisions.halt?.index, 2)
    assert.ok(decisions.view.nodes.has(NODE))
  })
})
