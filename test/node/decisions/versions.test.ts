/** What a node proposes in a mesh of an older version, and what it applies of a newer one. */
import assert from 'node:assert/strict'
import { createDecisionService } from '../../../node/decisions/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  snapshotDecisions,
} from '../../../protocols/decisions/index.ts'
import type { VersionRange } from '../../../protocols/versions/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const NODE = '12D3KooWAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const OLD: VersionRange = { least: 1, most: 1 }

const founded: Decision = { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0 }
const admitted: Decision = { type: 'nodeAdmitted', node: NODE, name: 'attic', addresses: [], atMs: 0 }
const raised: Decision = { type: 'meshVersionRaised', version: 2, asOf: 2 }
const fired: Decision = { type: 'scheduleFired', schedule: 'schedule/shop/backup', nominalMs: 5 }

/** A node whose proposals are committed at once. */
const setUp = (supported?: VersionRange) => {
  const proposed: Decision[] = []
  let index = 0
  let deliver: (entries: readonly LogEntry[], commitIndex: number) => void = () => {}
  let install: (snapshot: { index: number; data: Uint8Array }) => void = () => {}
  const commit = (data: Uint8Array) => {
    index++
    deliver([{ index, term: 1, kind: 'decision', data }], index)
    return { index, term: 1 }
  }
  const consensus = {
    propose: async (data: Uint8Array) => {
      proposed.push(decisionCodec.decode(data))
      return commit(data)
    },
    onCommitted: (listener: typeof deliver) => {
      deliver = listener
    },
    onSnapshot: (listener: typeof install) => {
      install = listener
    },
  }
  const components = { consensus, clock: createHandClock(), logger: silentLogger, onFailed: assert.ifError }
  const decisions = createDecisionService(components, supported === undefined ? {} : { supported })
  const follow = (...log: Decision[]) => {
    for (const each of log) commit(decisionCodec.encode(each))
  }
  return { decisions, proposed, follow, install: (data: Uint8Array) => install({ index: 9, data }) }
}

const snapshotOf = (...log: Decision[]): Uint8Array => {
  const { view, apply } = createDecisions()
  for (const [at, each] of log.entries()) apply(at + 1, each)
  return snapshotDecisions(view)
}

describe('a node in a mesh of an older version', () => {
  it('proposes nothing that older members do not know, until the version rose', async () => {
    const { decisions, proposed, follow } = setUp()
    follow(founded, admitted)
    const keeping: Decision = {
      type: 'revisionAccepted',
      revision: 'a'.repeat(64),
      object: 'service/shop/web',
      parents: [],
      hlc: { wallMs: 1, counter: 0 },
      removed: false,
      keeps: true,
    }
    const forOne: Decision = {
      type: 'tokenCreated',
      token: 'b'.repeat(64),
      by: admitted.node,
      notBeforeMs: 0,
      expiresAtMs: 1,
      usesMax: 1,
      role: 'full',
      capabilities: [],
      cidrs: [],
      labels: [],
      only: admitted.node,
      atMs: 0,
    }
    for (const decision of [fired, keeping, forOne])
      await assert.rejects(decisions.decide(decision), {
        code: 'meshVersionNeeded',
        data: { what: decision.type, needed: 2, meshVersion: 1 },
      })
    await assert.rejects(decisions.decide({ ...admitted, role: 'edge' }), { code: 'meshVersionNeeded' })
    assert.deepEqual(proposed, [])
    await decisions.decide(raised)
    await assert.rejects(decisions.decide(fired), { code: 'decisionRefused' })
    assert.deepEqual(proposed, [raised, fired])
  })
})

describe('a node that is too old for its mesh', () => {
  it('stops where the version rises, says so, and decides nothing any more', async () => {
    const { decisions, follow } = setUp(OLD)
    const halts: unknown[] = []
    decisions.onHalted((halt) => halts.push(halt))
    follow(founded, admitted, raised, { type: 'nodeRemoved', node: NODE, atMs: 1 })
    assert.deepEqual(halts, [{ index: 3, kind: 'meshVersionRaised of mesh version 2' }])
    assert.equal(decisions.halt?.index, 3)
    assert.ok(decisions.view.nodes.has(NODE))
    await assert.rejects(decisions.decide(admitted), { code: 'decisionUnknown' })
  })

  it('stops at any entry and any field of a newer version', () => {
    for (const decision of [
      fired,
      { ...founded, version: 2 } as Decision,
      { ...admitted, role: 'edge' } as Decision,
    ]) {
      const { decisions, follow } = setUp(OLD)
      follow(decision)
      assert.equal(decisions.halt?.index, 1, decision.type)
    }
  })

  it('stops at a snapshot of such a mesh, and takes one of its own version', () => {
    const { decisions, install } = setUp(OLD)
    install(snapshotOf(founded, admitted, raised))
    assert.equal(decisions.halt?.index, 9)
    install(snapshotOf(founded, admitted))
    assert.equal(decisions.halt, null)
    assert.ok(decisions.view.nodes.has(NODE))
  })

  it('reads on where it stopped once it is updated', () => {
    const { decisions, follow } = setUp({ least: 1, most: 2 })
    follow(founded, admitted, raised)
    assert.equal(decisions.halt === null, true)
    assert.equal(decisions.view.meshVersion, 2)
    follow({ ...raised, version: 3 })
    assert.equal(decisions.halt?.index, 4)
  })
})
