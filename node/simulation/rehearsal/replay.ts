import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import type { Fact } from './facts.ts'
import { isHeld, largerPart, type StandingFault } from './standing-faults.ts'

/** How things stand after a fact. The same object changes from fact to fact. */
export interface Standing {
  faults: readonly StandingFault[]
  voters: readonly string[]
  /** Nodes that say they lead, with their terms. */
  readonly leading: Map<string, number>
  readonly slots: Map<string, { readonly object: string; readonly slot: number }>
  /** Containers by task; those of a node without power are gone. */
  readonly containers: Map<string, string>
  /** Names of the nodes from which it is looked at. */
  larger: ReadonlySet<string>
}

/** Gives each fact with its place and how things stand after it. */
export function* replay(
  { nodes, faults }: Pick<RehearsalOptions, 'nodes' | 'faults'>,
  facts: readonly Fact[],
): Generator<{ readonly at: number; readonly fact: Fact; readonly standing: Standing }> {
  const names = nodes.map(({ name }) => name)
  const standing: Standing = {
    faults: [],
    voters: [],
    leading: new Map(),
    slots: new Map(),
    containers: new Map(),
    larger: new Set(names),
  }
  for (const [at, fact] of facts.entries()) {
    settle(standing, fact, faults)
    if (fact.type === 'faultBegan' || fact.type === 'faultEnded' || fact.type === 'voters')
      standing.larger = largerPart(standing.faults, names, standing.voters)
    yield { at, fact, standing }
  }
}

const settle = (standing: Standing, fact: Fact, faults: RehearsalOptions['faults']): void => {
  switch (fact.type) {
    case 'faultBegan':
      beginFault(standing, fact.fault, faults[fact.fault]?.kind ?? 'kill', fact.nodes)
      return
    case 'faultEnded':
      standing.faults = standing.faults.filter(({ fault }) => fault !== fact.fault)
      return
    case 'led':
      standing.leading.set(fact.node, fact.term)
      return
    case 'followed':
      standing.leading.delete(fact.node)
      return
    case 'voters':
      standing.voters = fact.voters
      return
    case 'assigned':
      standing.slots.set(fact.task, { object: fact.object, slot: fact.slot })
      return
    case 'ran':
      standing.containers.set(fact.task, fact.node)
      return
    case 'ended':
      standing.containers.delete(fact.task)
      return
  }
}

const beginFault = (
  standing: Standing,
  fault: number,
  kind: StandingFault['kind'],
  nodes: readonly string[],
): void => {
  standing.faults = [...standing.faults, { fault, kind, nodes }]
  if (kind !== 'kill') return
  for (const node of nodes) standing.leading.delete(node)
  for (const [task, node] of standing.containers)
    if (isHeld(standing.faults, 'kill', node)) standing.containers.delete(task)
}
