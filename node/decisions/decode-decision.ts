import { type Decision, decisionCodec } from '../../protocols/decisions/index.ts'

const known = new WeakMap<Uint8Array, Decision>()

/**
 * The decision in the data of an entry, which nobody changes: it is read before it is proposed, before it is stored and when it is
 * applied, and remembered in between. @throws `malformedMessage`
 */
export const decodeDecision = (data: Uint8Array): Decision => {
  const remembered = known.get(data)
  if (remembered !== undefined) return remembered
  const decision = decisionCodec.decode(data)
  known.set(data, decision)
  return decision
}
