import type { Configuration } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'

/** The smallest sets of nodes that are a majority of `voters`. */
const majoritiesOf = (voters: readonly NodeId[]): NodeId[][] => {
  const size = Math.floor(voters.length / 2) + 1
  const choose = (from: number, missing: number): NodeId[][] =>
    missing === 0
      ? [[]]
      : voters
          .slice(from)
          .flatMap((voter, at) => choose(from + at + 1, missing - 1).map((rest) => [voter, ...rest]))
  return choose(0, size)
}

const quorumsOf = ({ voters, votersOutgoing }: Configuration): NodeId[][] => {
  const incoming = majoritiesOf(voters)
  if (votersOutgoing.length === 0) return incoming
  const outgoing = majoritiesOf(votersOutgoing)
  return incoming.flatMap((one) => outgoing.map((other) => [...one, ...other]))
}

const canDisagree = (a: Configuration, b: Configuration): boolean =>
  quorumsOf(a).some((one) => quorumsOf(b).some((other) => !one.some((node) => other.includes(node))))

const nameOf = ({ voters, votersOutgoing }: Configuration): string =>
  votersOutgoing.length === 0 ? `{${voters}}` : `{${voters}} with {${votersOutgoing}}`

/** Two configurations that follow each other in a log have no disjoint quorums, so no step of a change can split the mesh. */
export const createVoterSetsIntersect: CreateChecker = (world) => {
  /** Steps that were judged: the same ones stand in every log. */
  const sound = new Set<string>()
  return {
    name: 'voter-sets-intersect',
    sees: ['stored'],
    judge: (observation) => {
      if (observation.type !== 'stored') return null
      if (!observation.entries.some(({ kind }) => kind === 'configuration')) return null
      const configurations = configurationsOn(world.durableOf(observation.node))
      for (const [at, next] of configurations.entries()) {
        const before = configurations[at - 1]
        if (before === undefined) continue
        const [one, other] = [before.configuration, next.configuration]
        const step = `from ${nameOf(one)} to ${nameOf(other)}`
        if (sound.has(step)) continue
        if (canDisagree(one, other)) return `${observation.node} went ${step}: both can decide alone`
        sound.add(step)
      }
      return null
    },
  }
}
