/** What the faults that stand at one moment amount to. Pure. */
import type { FaultKind } from '../../../protocols/control/index.ts'

export interface StandingFault {
  /** Its place among the faults that were asked for. */
  readonly fault: number
  readonly kind: FaultKind
  readonly nodes: readonly string[]
}

/** Whether a fault of that kind keeps hold of the node. */
export const isHeld = (standing: readonly StandingFault[], kind: FaultKind, node: string): boolean =>
  standing.some((fault) => fault.kind === kind && fault.nodes.includes(node))

/** Whether the node has power and does not stand still. */
export const isWorking = (standing: readonly StandingFault[], node: string): boolean =>
  !isHeld(standing, 'kill', node) && !isHeld(standing, 'pause', node)

/** On which side of each partition the node stands: nodes hear each other where that is the same. */
export const sideOf = (standing: readonly StandingFault[], node: string): string =>
  standing
    .filter(({ kind }) => kind === 'partition')
    .map(({ nodes }) => (nodes.includes(node) ? '1' : '0'))
    .join('')

/** The part of the mesh from which it is looked at: most working nodes, then most voters among them, then the first node. */
export const largerPart = (
  standing: readonly StandingFault[],
  nodes: readonly string[],
  voters: readonly string[],
): ReadonlySet<string> => {
  const sides = Map.groupBy(nodes, (node) => sideOf(standing, node))
  const weighed = [...sides.values()].map((part) => {
    const working = part.filter((node) => isWorking(standing, node))
    return { part, working: working.length, voters: working.filter((node) => voters.includes(node)).length }
  })
  // The sort is stable, and parts come in the order of their first nodes.
  const [first] = weighed.sort((a, b) => b.working - a.working || b.voters - a.voters)
  return new Set(first?.part)
}

/** Whether `leader` works, together with a majority of the voters that it hears. */
export const canDecide = (
  standing: readonly StandingFault[],
  leader: string,
  voters: readonly string[],
): boolean => {
  if (!isWorking(standing, leader)) return false
  const side = sideOf(standing, leader)
  const heard = voters.filter((voter) => isWorking(standing, voter) && sideOf(standing, voter) === side)
  return heard.length * 2 > voters.length
}
