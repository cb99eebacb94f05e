import { tellRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { CompactionBounds } from '../consensus/index.ts'
import type { Random } from '../ports/clock.ts'
import type { MeshKind } from './kind.ts'
import { createMachine, type Machine } from './machine.ts'
import { createSimulatedNetwork, type SimulatedNetwork } from './network/index.ts'
import type { Observation, World } from './observation.ts'
import { pick } from './random.ts'
import { type BehaviourOf, createDrawnBehaviours } from './runtime/index.ts'
import type { Timeline } from './timeline.ts'

/** How long a machine that wants to join waits for an answer before it asks another member. */
const JOIN_RETRY_MS = 1_000

const MESH_ID = '5eed5eed5eed5eed'
const MESH_NAME = 'simulated'
/** The mesh version from which on there are edge nodes. */
const EDGES_NEED = 2
/** Of a machine that nobody asked to be another. */
const MEMORY_MB = 8_192
/** Digits of base58: no two of them look alike. */
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** All machines of one run, and what lies between them. */
export interface Mesh {
  readonly timeline: Timeline
  readonly random: Random
  readonly network: SimulatedNetwork
  /** The machines that stand; one whose disk was lost has a new identity, and the one before is in `World.nodes` alone. */
  readonly machines: readonly Machine[]
  readonly world: World
  /** What images do. */
  readonly behaviourOf: BehaviourOf
  observe(observation: Observation): void
  /** Lets the machine ask to be admitted until it is, and start then. */
  join(machine: Machine): void
  /** Puts a blank machine with a new identity in the place of one. Returns it, not started. */
  replace(machine: Machine): Machine
}

export interface MeshInit {
  /** `whole` where it is not given. */
  readonly kind?: MeshKind
  readonly timeline: Timeline
  readonly random: Random
  readonly size: number
  /** Of each machine, in their order; where it is not given, all are alike. */
  readonly memoryMb?: readonly number[]
  /** The places of edge nodes among the machines; none where it is not given. */
  readonly edges?: readonly number[]
  /** When logs are cut off; as consensus does by itself where it is not given. */
  readonly compaction?: CompactionBounds
  /** What images do; drawn where it is not given. */
  readonly behaviourOf?: BehaviourOf
  observe(observation: Observation): void
}

/** One digit for each of the first nodes, then two, and so on (bijective numeration). */
const digitsOf = (number: number): string => {
  if (number === 0) return ''
  const before = number - 1
  return `${digitsOf(Math.floor(before / DIGITS.length))}${DIGITS[before % DIGITS.length]}`
}

/** An id of the form that the wire asks for. */
const nodeIdOf = (number: number): NodeId => `node${digitsOf(number)}`.padEnd(20, 'x')

export const createMesh = (init: MeshInit): Mesh => {
  const { kind = 'whole', timeline, random, size, memoryMb = [], edges = [], compaction, observe } = init
  const network = createSimulatedNetwork(timeline, random)
  const behaviourOf = init.behaviourOf ?? createDrawnBehaviours(random)
  /** In the order in which they came to be, and by their identities. */
  const all = new Map<NodeId, Machine>()
  const machines: Machine[] = []

  const build = (): Machine => {
    const number = all.size + 1
    const machine = createMachine(
      { timeline, network, random, behaviourOf, observe },
      {
        kind,
        self: nodeIdOf(number),
        name: `node${number}`,
        memoryMb: memoryMb[number - 1] ?? MEMORY_MB,
        role: edges.includes(number - 1) ? 'edge' : 'full',
        ...(compaction && { compaction }),
      },
    )
    all.set(machine.self, machine)
    return machine
  }
  for (let built = 0; built < size; built++) machines.push(build())

  const [founder] = machines as [Machine]
  founder.mesh = { mesh: MESH_ID, name: MESH_NAME, founder: true, members: [] }

  /** As the member that a joiner found answers it. */
  const admit = async (machine: Machine): Promise<void> => {
    const members = machines.filter(({ core }) => core !== null && core.planes.decisions.view.mesh !== null)
    if (members.length === 0) return
    const { core } = pick(random, members)
    if (core === null) return
    const { decisions } = core.planes
    const { self, name } = machine
    await decisions.decide({
      type: 'nodeAdmitted',
      node: self,
      name,
      addresses: [`/dns4/${self}/tcp/4001`],
      atMs: machine.clock.wallMs(),
      ...tellRange(machine.versions),
      // An older mesh knows no edge nodes.
      ...(machine.role === 'edge' && decisions.view.meshVersion >= EDGES_NEED && { role: machine.role }),
    })
    if (machine.mesh !== null || !machines.includes(machine)) return
    const known = [...decisions.view.nodes.keys()]
    machine.mesh = { mesh: MESH_ID, name: MESH_NAME, founder: false, members: known }
    machine.start()
  }

  const join = (machine: Machine): void => {
    if (machine.mesh !== null || !machines.includes(machine)) return
    // Whoever is asked may refuse or never answer: the next is asked soon.
    admit(machine).catch(() => undefined)
    timeline.after(JOIN_RETRY_MS, () => join(machine))
  }

  return {
    timeline,
    random,
    network,
    machines,
    behaviourOf,
    observe,
    world: {
      get nodes() {
        return [...all.keys()]
      },
      durableOf: (node) => (all.get(node) as Machine).disk.durable(),
      storesOf: (node) => all.get(node)?.disk.stores() ?? [],
      nowMs: timeline.nowMs,
      wallMsOf: (node) => (all.get(node) as Machine).clock.wallMs(),
      coreOf: (node) => all.get(node)?.core ?? null,
    },
    join,
    replace: (machine) => {
      const fresh = build()
      machines[machines.indexOf(machine)] = fresh
      return fresh
    },
  }
}
