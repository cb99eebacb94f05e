import { type Generation, isNewer, numberOf } from '../../../protocols/generations/index.ts'
import type { CreateChecker } from '../observation.ts'
import { generationOn, keyOf } from './generation-on.ts'

/** Every fencing token that a generation gives lies above all that those ever gave, anywhere, over which it wins. */
export const createTokensRise: CreateChecker = (world) => {
  const highest = new Map<string, { readonly generation: Generation | null; readonly token: number }>()
  return {
    name: 'tokens-rise-over-recoveries',
    sees: ['applied'],
    judge: (observation) => {
      if (observation.type !== 'applied') return null
      const { node, applied } = observation
      const view = world.coreOf(node)?.planes.decisions.view
      const record = view?.generations.at(-1)
      if (view === undefined || applied.index <= (record?.from.index ?? 0)) return null
      const generation = generationOn(world, node)
      // What it still applies is of the one before.
      if (record?.number !== generation?.number) return null
      const token = view.tokenAt(applied.index)
      for (const other of highest.values())
        if (isNewer(generation, other.generation) && token <= other.token)
          return `entry ${applied.index} of generation ${numberOf(generation)} has the token ${token} on ${node}, and ${other.token} was given before`
      const known = highest.get(keyOf(generation))?.token ?? 0
      highest.set(keyOf(generation), { generation, token: Math.max(known, token) })
      return null
    },
  }
}
