import { type Register, registerName } from '../../../crdt/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

const isBefore = (a: Register, b: Register): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.sequence < b.sequence)

/** What a node holds of a register is never replaced by something older, as long as it lives. */
export const createRegistersNeverFall: CreateChecker = (world) => {
  const held = new Map<NodeId, Map<string, Register>>()
  return {
    name: 'registers-never-fall',
    sees: ['ended', 'learned'],
    judge: (observation) => {
      if (observation.type === 'ended') held.delete(observation.node)
      if (observation.type !== 'learned') return null
      const { node, registers } = observation
      const known = held.get(node) ?? new Map<string, Register>()
      held.set(node, known)
      for (const { node: owner, key } of registers) {
        // Not the one that it was told of: meanwhile a newer one may have come.
        const present = world.coreOf(node)?.planes.intent.register(owner, key) ?? null
        if (present === null) continue
        const name = registerName(present)
        const before = known.get(name)
        known.set(name, present)
        if (before !== undefined && isBefore(present, before))
          return `${node} put (${present.epoch}, ${present.sequence}) of ${name} in place of (${before.epoch}, ${before.sequence})`
      }
      return null
    },
  }
}
