import { deepEqual, equal, match } from 'node:assert/strict'
import { createDecisions, type Decision, type DecisionOf } from '../../../../protocols/decisions/index.ts'
import { NODES } from '../any-decision.ts'

const [A, B, C] = NODES as [string, string, string]
const CREDENTIAL = 'cd'.repeat(32)

const der = (byte: number) => Uint8Array.of(byte)

const founded = (): ReturnType<typeof createDecisions> & { say(decision: Decision): string | null } => {
  const decisions = createDecisions()
  let index = 0
  const say = (decision: Decision) => {
    index += 1
    const outcome = decisions.apply(index, decision)
    return outcome.ok ? null : outcome.reason
  }
  const trust = { root: der(1), issuers: [{ node: A, certificate: der(2) }] }
  say({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1, trust })
  for (const [node, name] of [
    [A, 'attic'],
    [B, 'cellar'],
  ] as const)
    say({ type: 'nodeAdmitted', node, name, addresses: [], atMs: 1 })
  return { ...decisions, say }
}

const granted = (node: string, certificate: Uint8Array): Decision => {
  return { type: 'issuerGranted', node, certificate, atMs: 5 }
}
const revoked = (node: string): DecisionOf<'issuerRevoked'> => {
  return { type: 'issuerRevoked', node, credential: CREDENTIAL, expiresAtMs: 1_000, atMs: 5 }
}

describe('decisions: issuers', () => {
  it('begin with the founder, and the root is told once', () => {
    const { view, say } = founded()
    deepEqual(view.root, der(1))
    deepEqual([...view.issuers], [[A, der(2)]])
    const trust = { root: der(9), issuers: [] }
    say({ type: 'meshFounded', mesh: 'f'.repeat(16), name: 'other', atMs: 1, trust })
    deepEqual(view.root, der(1))
  })

  it('are members, one certificate each', () => {
    const { view, say } = founded()
    match(say(granted(C, der(3))) ?? '', /there is no node/)
    equal(say(granted(B, der(3))), null)
    equal(say(granted(B, der(4))), null)
    deepEqual([...view.issuers.keys()], [A, B])
    deepEqual(view.issuers.get(B), der(4))
  })

  it('that are removed because they were revoked leave nothing that counts, but for the last one', () => {
    const { view, say } = founded()
    const intermediate = { credential: CREDENTIAL, expiresAtMs: 1_000 }
    const removed = (node: string): Decision => ({
      type: 'nodeRemoved',
      node,
      atMs: 5,
      revoked: { name: 'attic', reason: 'lost', intermediate },
    })
    say(granted(B, der(3)))
    equal(say(removed(A)), null)
    deepEqual([[...view.issuers.keys()], [...view.revocations.keys()]], [[B], [CREDENTIAL]])
    const alone = founded()
    equal(alone.say(removed(A)), null)
    deepEqual([alone.view.issuers.size, alone.view.revocations.size], [0, 0])
  })

  it('are none where the mesh has no root', () => {
    const { apply } = createDecisions()
    deepEqual(apply(1, granted(A, der(3))), { ok: false, reason: 'the mesh has no root' })
  })

  it('are revoked with what they issued, but for the last one', () => {
    const { view, say } = founded()
    match(say(revoked(A)) ?? '', /last issuer/)
    match(say(revoked(B)) ?? '', /no issuer/)
    say(granted(B, der(3)))
    equal(say(revoked(A)), null)
    deepEqual([...view.issuers.keys()], [B])
    equal(view.revocations.has(CREDENTIAL), true)
    // The same again is the same: its answer may have been lost.
    equal(say(revoked(A)), null)
  })

  it('issue no more once they left', () => {
    const { view, say } = founded()
    say(granted(B, der(3)))
    say({ type: 'nodeRemoved', node: A, atMs: 7 })
    deepEqual([...view.issuers.keys()], [B])
  })
})
