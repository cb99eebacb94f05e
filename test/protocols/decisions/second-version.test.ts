/** What the decisions of the second mesh version mean; each is also repeated, as after a lost reply. */
import assert from 'node:assert/strict'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  REVOCATIONS_MAX,
  SETTLED_RUNS_MAX,
  TOKENS_MAX,
} from '../../../protocols/decisions/index.ts'

const A = `12D3KooW${'A'.repeat(44)}`
const B = `12D3KooW${'B'.repeat(44)}`
const C = `12D3KooW${'C'.repeat(44)}`
const hash = (number: number): string => number.toString(16).padStart(64, '0')

const admitted = (node: string, more: object = {}): Decision => ({
  type: 'nodeAdmitted',
  node,
  name: 'n',
  addresses: [],
  atMs: 0,
  ...more,
})
const accepted = (object: string, revision: string, parents: string[] = [], removed = false): Decision => ({
  type: 'revisionAccepted',
  revision,
  object,
  parents,
  hlc: { wallMs: 1, counter: 0 },
  removed,
})

/** A mesh of A and B, in which `object` was accepted; `say` gives why a decision had no effect, or null. */
const settled = (object = 'service/shop/web') => {
  const { view, apply } = createDecisions()
  let index = 0
  const say = (decision: Decision): string | null => {
    index++
    const outcome = apply(index, decisionCodec.decode(decisionCodec.encode(decision)))
    return outcome.ok ? null : outcome.reason
  }
  for (const each of [admitted(A), admitted(B), accepted(object, hash(1))]) say(each)
  return { view, say, index: () => index }
}

describe('decisions: the mesh version', () => {
  const raise = (version: number, asOf: number): Decision => ({ type: 'meshVersionRaised', version, asOf })

  it('begins at the first, or at the one of the founder, and never falls', () => {
    const { view, say } = settled()
    assert.equal(view.meshVersion, 1)
    assert.equal(say({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'a', atMs: 0, version: 2 }), null)
    assert.equal(view.meshVersion, 2)
    assert.equal(say(raise(1, 1)), null)
    assert.equal(view.meshVersion, 2)
  })

  it('is not raised by a leader that did not see the newest member', () => {
    const { view, say, index } = settled()
    assert.match(say(raise(2, 1)) ?? '', /admitted after entry 1/)
    assert.equal(say(raise(2, index())), null)
    assert.equal(view.meshVersion, 2)
  })

  it('keeps out whom it would leave behind, and nobody who is a member', () => {
    const { say, index } = settled()
    say(raise(2, index()))
    assert.match(say(admitted(C)) ?? '', /supports the mesh versions 1 to 1, and the mesh is at 2/)
    assert.match(say(admitted(C, { meshVersions: { least: 3, most: 4 } })) ?? '', /3 to 4/)
    assert.equal(say(admitted(C, { meshVersions: { least: 1, most: 2 } })), null)
    assert.equal(say(admitted(A)), null)
  })

  it('is not judged at the first one, where older members would not', () => {
    const { say } = settled()
    assert.equal(say(admitted(C, { meshVersions: { least: 2, most: 3 } })), null)
  })
})

describe('decisions: roles', () => {
  it('are given with the admission, and kept when a node is admitted again', () => {
    const { view, say } = settled()
    say(admitted(C, { role: 'edge' }))
    say(admitted(C))
    assert.deepEqual(
      [...view.nodes.values()].map(({ role }) => role),
      ['full', 'full', 'edge'],
    )
  })
})

describe('decisions: updates', () => {
  const object = 'service/shop/web'
  const step = (number: number, more: object = {}): Decision => ({
    type: 'updateProgressed',
    object,
    revision: hash(1),
    step: number,
    state: 'rolling',
    slots: number,
    reason: '',
    ...more,
  })

  it('go on step by step, and a step that is said again changes nothing', () => {
    const { view, say } = settled()
    assert.match(say(step(2)) ?? '', /next step .* is 1/)
    assert.deepEqual([say(step(1)), say(step(1)), say(step(2))], [null, null, null])
    assert.match(say(step(1)) ?? '', /next step .* is 3/)
    assert.equal(view.updates.get(object)?.slots, 2)
  })

  it('end once', () => {
    const { say } = settled()
    say(step(1, { state: 'done' }))
    assert.match(say(step(2)) ?? '', /has ended: done/)
  })

  it('are of the head alone, and forgotten with it', () => {
    const { view, say } = settled()
    say(step(1))
    say(accepted(object, hash(2), [hash(1)]))
    assert.equal(view.updates.size, 0)
    assert.match(say(step(2)) ?? '', /another revision/)
    assert.equal(say(step(1, { revision: hash(2) })), null)
    say(accepted(object, hash(3), [hash(2)], true))
    assert.equal(view.updates.size, 0)
    assert.match(say(step(1, { revision: hash(3) })) ?? '', /does not exist/)
  })
})

describe('decisions: runs', () => {
  const object = 'job/shop/report'
  const assign = (replaces: string | null): Decision => ({
    type: 'taskAssigned',
    object,
    revision: hash(1),
    slot: 0,
    node: A,
    replaces,
    reason: '',
  })
  const settle = (number: number, task: string, result: 'succeeded' | 'failed' = 'succeeded'): Decision => ({
    type: 'runSettled',
    run: `shop.report.${number}`,
    task,
    result,
    exitCode: 0,
    atMs: 5,
  })

  it('have one result, told by a task that stands', () => {
    const { view, say, index } = settled(object)
    say(assign(null))
    const task = `shop.report.0.${index()}`
    assert.match(say(settle(1, 'shop.report.0.1')) ?? '', /not assigned/)
    assert.match(say(settle(1, 'shop.other.0.1')) ?? '', /none of run/)
    assert.deepEqual([say(settle(1, task)), say(settle(1, task))], [null, null])
    assert.match(say(settle(1, task, 'failed')) ?? '', /settled already: succeeded/)
    say({ type: 'taskReleased', task, reason: '' })
    assert.equal(say(settle(1, task)), null)
    assert.equal(view.runs.size, 1)
  })

  it('are forgotten when many others came after, and cannot be settled again then', () => {
    const { view, say, index } = settled(object)
    let task: string | null = null
    const first: string[] = []
    for (let number = 1; number <= SETTLED_RUNS_MAX + 5; number++) {
      say(assign(task))
      task = `shop.report.0.${index()}`
      first.push(task)
      assert.equal(say(settle(number, task)), null)
    }
    assert.equal(view.runs.size, SETTLED_RUNS_MAX)
    assert.equal(view.runs.has('shop.report.5'), false)
    assert.match(say(settle(5, first[4] as string, 'failed')) ?? '', /not assigned/)
  })
})

describe('decisions: volumes', () => {
  const volume = 'volume/shop/data'
  const primary = (node: string, epoch: number): Decision => ({
    type: 'volumePrimaryNamed',
    volume,
    primary: node,
    epoch,
  })
  const replicas = (epoch: number, replaces: string[], ...nodes: string[]): Decision => ({
    type: 'volumeReplicasSet',
    volume,
    replicas: nodes,
    replaces,
    epoch,
  })

  it('have one primary per epoch, and epochs rise one by one', () => {
    const { view, say } = settled(volume)
    assert.match(say(primary(A, 2)) ?? '', /next epoch .* is 1/)
    assert.match(say(primary(C, 1)) ?? '', /not a member/)
    assert.deepEqual([say(primary(A, 1)), say(primary(A, 1))], [null, null])
    assert.match(say(primary(B, 1)) ?? '', /next epoch .* is 2/)
    assert.match(say(primary(B, 2)) ?? '', /holds no replica/)
    assert.deepEqual(view.volumes.get(volume), { volume, primary: A, epoch: 1, replicas: [A] })
  })

  it('are held by a set that is replaced as a whole, the primary in it', () => {
    const { view, say } = settled(volume)
    assert.match(say(replicas(1, [A], A, B)) ?? '', /no primary yet/)
    say(primary(A, 1))
    assert.match(say(replicas(2, [A], A, B)) ?? '', /at epoch 1/)
    assert.match(say(replicas(1, [B], A, B)) ?? '', /held by others/)
    assert.match(say(replicas(1, [A], B)) ?? '', /primary .* must hold/)
    assert.match(say(replicas(1, [A], A, C)) ?? '', /not a member/)
    assert.deepEqual([say(replicas(1, [A], B, A)), say(replicas(1, [A], A, B))], [null, null])
    assert.equal(say(primary(B, 2)), null)
    assert.deepEqual(view.volumes.get(volume)?.replicas, [A, B])
  })

  it('keep their epoch over a removal', () => {
    const { say } = settled(volume)
    say(primary(A, 1))
    say(accepted(volume, hash(2), [hash(1)], true))
    assert.match(say(primary(A, 2)) ?? '', /does not exist/)
    say(accepted(volume, hash(3), [hash(2)]))
    assert.match(say(primary(B, 1)) ?? '', /next epoch .* is 2/)
    assert.equal(say(primary(A, 2)), null)
  })
})

describe('decisions: schedules', () => {
  const schedule = 'schedule/shop/backup'
  const fired = (nominalMs: number): Decision => ({ type: 'scheduleFired', schedule, nominalMs })

  it('fire once for each nominal time, in their order, and keep the newest', () => {
    const { view, say, index } = settled(schedule)
    assert.equal(say(fired(10)), null)
    const first = index()
    assert.equal(say(fired(10)), null)
    assert.deepEqual(view.fires.get(schedule), { schedule, nominalMs: 10, index: first })
    assert.equal(say(fired(20)), null)
    assert.match(say(fired(10)) ?? '', /later time/)
    assert.equal(view.fires.size, 1)
  })

  it('fire no more when they are gone', () => {
    const { say } = settled(schedule)
    say(accepted(schedule, hash(2), [hash(1)], true))
    assert.match(say(fired(10)) ?? '', /does not exist/)
  })
})

describe('decisions: tokens', () => {
  const used = (node: string, atMs: number, more: object = {}): Decision => ({
    type: 'tokenConsumed',
    token: hash(7),
    node,
    usesMax: 1,
    expiresAtMs: 100,
    atMs,
    ...more,
  })
  const revoked = (atMs: number, expiresAtMs = 100): Decision => ({
    type: 'credentialRevoked',
    credential: hash(7),
    expiresAtMs,
    reason: 'lost',
    atMs,
  })

  it('are used up, and a lost reply burns nothing', () => {
    const { say } = settled()
    assert.deepEqual([say(used(A, 1)), say(used(A, 2))], [null, null])
    assert.match(say(used(B, 3)) ?? '', /used 1 times/)
    assert.equal(say(used(B, 4, { usesMax: 2 })), null)
  })

  it('expire by the time in the entries, which no clock turns back', () => {
    const { view, say } = settled()
    say(used(A, 1))
    assert.match(say(used(B, 100, { usesMax: 2 })) ?? '', /expired/)
    assert.equal(view.tokens.size, 0)
    assert.match(say(used(B, 5)) ?? '', /expired/)
  })

  it('that were revoked admit nobody, until they expire', () => {
    const { view, say } = settled()
    assert.deepEqual([say(revoked(1)), say(revoked(1, 50))], [null, null])
    assert.match(say(used(A, 2)) ?? '', /revoked/)
    assert.equal(view.revocations.get(hash(7))?.expiresAtMs, 100)
    say(used(A, 100, { token: hash(8), expiresAtMs: 200 }))
    assert.equal(view.revocations.size, 0)
    assert.equal(say(revoked(101)), null)
    assert.equal(view.revocations.size, 0)
  })

  it('and revocations have a bound', () => {
    const { view, say } = settled()
    for (let number = 0; number < TOKENS_MAX; number++) say(used(A, 1, { token: hash(1_000 + number) }))
    assert.match(say(used(A, 1)) ?? '', /wait until one of them expires/)
    for (let number = 0; number < REVOCATIONS_MAX; number++)
      say({ ...revoked(1), credential: hash(20_000 + number) } as Decision)
    assert.match(say(revoked(1)) ?? '', /wait until one of them expires/)
    assert.deepEqual([view.tokens.size, view.revocations.size], [TOKENS_MAX, REVOCATIONS_MAX])
  })
})
