import type { Machine } from '../machine.ts'
import { firstOf, type Recovery } from './recovery.ts'

const votersOf = ({ core }: Machine): readonly string[] =>
  core?.planes.consensus.view().configuration.voters ?? []

/** Whether a node is a member and stays one. */
const isStaying = ({ core }: Machine, node: string): boolean =>
  core?.planes.decisions.view.nodes.get(node)?.draining === false

/** Nobody whom nobody hears keeps a vote for long, where somebody who is heard could have it. */
export const DEAD_VOTERS_ARE_REPLACED: Recovery = {
  name: 'dead-voters-are-replaced',
  // A minute of silence, as long before another is steady, and the change itself.
  withinMs: 90_000,
  missing: ({ core, gone }) =>
    firstOf(core, (machine) => {
      const voters = votersOf(machine)
      const isFree = core.some(({ self }) => !voters.includes(self) && isStaying(machine, self))
      const dead = gone.find(({ self }) => voters.includes(self))
      return isFree && dead !== undefined
        ? `${machine.name} holds ${dead.name} to be a voter, which nobody hears, though another could be`
        : null
    }),
}
