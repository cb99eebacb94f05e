import { DEFAULT_TIMINGS, founding } from '../../protocols/consensus/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Random } from '../ports/clock.ts'
import { type ConsensusMachine, type ConsensusPart, createConsensusPart } from './consensus-part.ts'
import { createSimulatedDisk, type SimulatedDisk } from './disk.ts'
import { applyChange, type Durable, EMPTY } from './durable.ts'
import { createSimulatedNetwork, type SimulatedNetwork } from './network.ts'
import { createSimulatedNode, type SimulatedNode } from './node.ts'
import type { Observation } from './observation.ts'
import type { Timeline } from './timeline.ts'

/** One machine of the mesh, with handles on its parts and their disks. */
export interface Machine {
  readonly node: SimulatedNode
  readonly consensus: ConsensusPart
  readonly consensusDisk: SimulatedDisk<Durable, Durable>
}

/** All machines of one run, and what lies between them. */
export interface Mesh {
  readonly timeline: Timeline
  readonly random: Random
  readonly network: SimulatedNetwork
  readonly ids: readonly NodeId[]
  readonly machines: readonly Machine[]
  machineOf(node: NodeId): Machine
}

export interface MeshInit {
  readonly timeline: Timeline
  readonly random: Random
  readonly size: number
  readonly machine: ConsensusMachine
  readonly observe: (observation: Observation) => void
}

/** An id of the form that the wire asks for. */
const nodeIdOf = (number: number): NodeId => `node${number}`.padEnd(20, 'x')

export const createMesh = ({ timeline, random, size, machine, observe }: MeshInit): Mesh => {
  const network = createSimulatedNetwork(timeline, random)
  const ids = Array.from({ length: size }, (_, at) => nodeIdOf(at + 1))
  const machines = new Map<NodeId, Machine>()
  const machineOf = (node: NodeId): Machine => {
    const found = machines.get(node)
    if (found === undefined) throw new Error(`there is no ${node} in this run`)
    return found
  }

  for (const self of ids) {
    const consensusDisk = createSimulatedDisk(timeline, random, {
      initial: self === ids[0] ? founding(self) : EMPTY,
      apply: applyChange,
    })
    const consensus = createConsensusPart({
      machine,
      disk: consensusDisk,
      timings: DEFAULT_TIMINGS,
      nodes: ids,
    })
    const components = { timeline, network, random, observe, nodeOf: (node: NodeId) => machineOf(node).node }
    const node = createSimulatedNode(components, { self, parts: new Map([['consensus', consensus]]) })
    machines.set(self, { node, consensus, consensusDisk })
  }

  return { timeline, random, network, ids, machines: [...machines.values()], machineOf }
}
