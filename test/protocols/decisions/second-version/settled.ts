/** A small mesh for decisions of the second mesh version: what they mean; each is also repeated, as after a lost reply. */
import { createDecisions, type Decision, decisionCodec } from '../../../../protocols/decisions/index.ts'

export const A = `12D3KooW${'A'.repeat(44)}`
export const B = `12D3KooW${'B'.repeat(44)}`
export const C = `12D3KooW${'C'.repeat(44)}`
export const hash = (number: number): string => number.toString(16).padStart(64, '0')

export const admitted = (node: string, more: object = {}): Decision => ({
  type: 'nodeAdmitted',
  node,
  name: 'n',
  addresses: [],
  atMs: 0,
  ...more,
})
export const accepted = (
  object: string,
  revision: string,
  parents: string[] = [],
  removed = false,
): Decision => ({
  type: 'revisionAccepted',
  revision,
  object,
  parents,
  hlc: { wallMs: 1, counter: 0 },
  removed,
})

/** A mesh of A and B, in which `object` was accepted; `say` gives why a decision had no effect, or null. */
export const settled = (object = 'service/shop/web') => {
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
