import type { CreateJudge } from './judge.ts'

/** Every fencing token that a generation gives lies above all that older ones ever gave, anywhere. */
export const createTokensRise: CreateJudge = (world) => {
  /** By the number of the generation. */
  const highest = new Map<number, number>()
  return {
    name: 'tokens-rise-over-recoveries',
    judge: (observation) => {
      if (observation.type !== 'applied') return null
      const { node, applied } = observation
      const view = world.coreOf(node)?.planes.decisions.view
      if (view === undefined) return null
      const record = view.generations.at(-1)
      const number = record?.number ?? 1
      if (record !== undefined && applied.index <= record.from.index) return null
      const token = view.tokenAt(applied.index)
      for (const [older, most] of highest)
        if (older < number && token <= most)
          return `entry ${applied.index} of generation ${number} has the token ${token} on ${node}, and ${most} was given before`
      highest.set(number, Math.max(highest.get(number) ?? 0, token))
      return null
    },
  }
}
