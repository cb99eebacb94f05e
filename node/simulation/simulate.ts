import { configurationCodec, ENTRIES_PER_APPEND_MAX } from '../../protocols/consensus/index.ts'
import { CHECKERS } from './checkers/index.ts'
import { CONSENSUS_MACHINE, type ConsensusMachine } from './consensus-part.ts'
import { startFaults } from './faults.ts'
import { heal, judgeHealing } from './healing.ts'
import { createMesh, type Mesh } from './mesh.ts'
import type { Observation, World } from './observation.ts'
import { between, chance, createRandom, pick, type Range } from './random.ts'
import { createTimeline } from './timeline.ts'
import { createTranscript, type Transcript } from './transcript.ts'

const NODES = [3, 4, 5]
/** How long faults go on, in milliseconds of virtual time. */
const HOSTILE_MS = 20_000
/** Nodes are started within this time; the founder at once. */
const START_MS: Range = [0, 1_000]
/** Until this time nothing goes wrong, so that most runs grow to three voters first. */
const CALM_START_MS: Range = [0, 3_000]
const PROPOSE_EVERY_MS: Range = [10, 200]
/** How often, and how many entries, are proposed at once: more than one append holds. */
const BURST_RATIO = 0.005
const BURST_ENTRIES: Range = [2, 3 * ENTRIES_PER_APPEND_MAX]
/** How often whoever leads is asked for three voters, until it has them. */
const GROW_EVERY_MS = 400
/** A node whose power failed comes back after this time. */
const DOWN_MS: Range = [50, 4_000]

export interface SimulationInit {
  /** Everything that happens follows from it: a whole number. */
  readonly seed: number
  /** The machine under test, where it is not the one of production. */
  readonly machine?: ConsensusMachine
}

export interface Violation {
  readonly checker: string
  /** How the invariant was broken, as a sentence. */
  readonly what: string
  /** Virtual time, in milliseconds. */
  readonly atMs: number
}

export interface SimulationResult {
  readonly seed: number
  /** At most one: what comes after a broken invariant proves nothing. */
  readonly violations: readonly Violation[]
  /** Everything that was seen, in order. */
  readonly transcript: Transcript
  /** Appointments that were kept: deliveries, timers, writes, faults. */
  readonly steps: number
}

const worldOf = (mesh: Mesh): World => ({
  nodes: mesh.ids,
  durableOf: (node) => mesh.machineOf(node).consensusDisk.content,
  configurationOf: (entry) => configurationCodec.decode(entry.data),
})

/** Starts the nodes, grows the voters to three, and proposes and reads without end. */
const startWork = (mesh: Mesh): (() => void) => {
  const { timeline, random, machines, ids } = mesh
  let proposed = 0
  const propose = (): void => {
    const count = chance(random, BURST_RATIO) ? between(random, BURST_ENTRIES) : 1
    for (const { consensus } of machines) {
      if (!consensus.leads()) continue
      for (let left = count; left > 0; left--) {
        proposed += 1
        consensus.propose(new TextEncoder().encode(`entry ${proposed}`))
      }
      consensus.read(proposed)
    }
  }
  const proposeOn = (): void => {
    propose()
    timeline.after(between(random, PROPOSE_EVERY_MS), proposeOn)
  }
  const grow = (): void => {
    for (const { consensus } of machines) if (consensus.leads()) consensus.changeVoters(ids.slice(0, 3))
  }
  for (const [at, { node }] of machines.entries())
    timeline.after(at === 0 ? 0 : between(random, START_MS), node.start)
  for (let asked = 1; asked <= 3; asked++) timeline.after(asked * GROW_EVERY_MS, grow)
  proposeOn()
  return propose
}

/** One run from its seed: founding, growth, faults, healing. The same seed gives the same result, always. */
export const simulate = ({ seed, machine = CONSENSUS_MACHINE }: SimulationInit): SimulationResult => {
  const timeline = createTimeline()
  const random = createRandom(seed)
  const transcript = createTranscript(timeline.nowMs)
  const violations: Violation[] = []
  let steps = 0

  const violate = (checker: string, what: string): void => {
    if (violations.length === 0) violations.push({ checker, what, atMs: timeline.nowMs() })
  }

  const observe = (observation: Observation): void => {
    transcript.add(observation)
    for (const checker of checkers) {
      const what = checker.judge(observation)
      if (what !== null) violate(checker.name, what)
    }
    if (observation.type === 'crashed')
      timeline.after(between(random, DOWN_MS), () => mesh.machineOf(observation.node).node.start())
  }

  const mesh = createMesh({ timeline, random, size: pick(random, NODES), machine, observe })
  const world = worldOf(mesh)
  const checkers = CHECKERS.map((create) => create(world))

  const run = (untilMs: number): void => {
    while (violations.length === 0 && timeline.step(untilMs)) steps += 1
  }

  const propose = startWork(mesh)
  run(between(random, CALM_START_MS))
  const endFaults = startFaults(mesh, (what) => observe({ type: 'fault', what }))
  run(HOSTILE_MS)
  endFaults()
  if (violations.length === 0) {
    heal(mesh)
    const what = judgeHealing(mesh, propose)
    if (what !== null) violate('heals', what)
  }
  return { seed, violations, transcript, steps }
}
