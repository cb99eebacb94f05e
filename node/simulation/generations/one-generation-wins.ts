import { equals } from 'uint8arrays'
import { snapshotDecisions } from '../../../protocols/decisions/index.ts'
import { numberOf } from '../../../protocols/generations/index.ts'
import type { Mesh } from '../mesh.ts'

/** What keeps the machines of a healed mesh from being one again, in the newest generation, as words; null where they are. */
export const whatKeepsApart = ({ machines }: Mesh): string | null => {
  const down = machines.find(({ core }) => core === null)
  if (down !== undefined) return `${down.name} is down`
  const all = machines.map(({ name, core }) => {
    const { consensus, decisions } = (core as NonNullable<typeof core>).planes
    return { name, consensus: consensus.view(), view: decisions.view }
  })
  const newest = Math.max(...all.map(({ consensus }) => numberOf(consensus.generation)))
  const older = all.find(
    ({ consensus }) => numberOf(consensus.generation) < newest || consensus.supersededBy !== null,
  )
  if (older !== undefined)
    return `${older.name} is in generation ${numberOf(older.consensus.generation)}, not in ${newest}`
  if (all.every(({ consensus }) => consensus.role !== 'leader')) return 'nobody leads'
  const [first, ...others] = all
  const bytes = first && snapshotDecisions(first.view)
  const other = others.find(({ view }) => !bytes || !equals(bytes, snapshotDecisions(view)))
  if (other !== undefined) return `${other.name} and ${first?.name} hold different views`
  const stranger = all.find(({ name, view }) => ![...view.nodes.values()].some((node) => node.name === name))
  return stranger === undefined ? null : `${stranger.name} is no member`
}
