import { equals } from 'uint8arrays'
import { registerName } from '../../../crdt/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/** A node never says two things under one epoch and sequence. Excepted: one whose disk was lost, which begins anew. */
export const createOneValuePerVersion: CreateChecker = () => {
  const values = new Map<string, Uint8Array>()
  const excepted = new Set<NodeId>()
  return {
    name: 'one-value-per-version',
    sees: ['diskLost', 'learned'],
    judge: (observation) => {
      if (observation.type === 'diskLost') excepted.add(observation.node)
      if (observation.type !== 'learned') return null
      for (const register of observation.registers) {
        const { epoch, sequence, value, node } = register
        if (excepted.has(node)) continue
        // Sequences count the writes of a life, whatever their key.
        const version = `${node} ${epoch} ${sequence}`
        const known = values.get(version)
        if (known === undefined) values.set(version, value)
        else if (!equals(known, value))
          return `${node} says two things of ${registerName(register)} under (${epoch}, ${sequence})`
      }
      return null
    },
  }
}
