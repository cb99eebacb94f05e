import { decisionCodec } from '../../../protocols/decisions/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { between, chance, pick, type Range } from '../random.ts'
import { type Fault, leads } from './fault.ts'
import { changeVoters } from './voters.ts'

/** How long power flickers, in milliseconds; the second, until faults end. */
const FLICKER_MS: Range = [3_000, 12_000]
const ALWAYS_MS: Range = [3_600_000, 3_600_000]
/** How soon after its election a leader falls, in milliseconds: mostly before anybody heard of it. */
const FALLS_MS: readonly Range[] = [
  [0, 1],
  [0, 1],
  [0, 1],
  [0, 60],
]
/** Others fall at the moment at which they commit for the first time, or the second or third, and nobody was told. */
const AT_COMMIT_RATIO = 0.45
const COMMITS = [1, 1, 2, 3]
/** How often everybody falls with the leader, so that what it sent is lost. */
const EVERYBODY_RATIO = 0.8
/** How often a new leader is asked for other voters: what it begins, another one has to end. */
const CHANGE_RATIOS = [0, 0, 0.3, 0.6]
/** More than one append holds; for those that hold one entry, two. */
const BURST_ENTRIES = 300
const BURST_ENTRIES_FEW = 2
/** The log of a run stays short all the same. */
const BURST_RATIO = 0.5
const BURSTS_MAX = 4
/** How often somebody looks for daemons that were started, in milliseconds: well below an election. */
const LOOK_MS = 50

/** Says of a member what is known, so often that appends are cut between. */
const burden = ({ clock }: Machine, { planes }: Core, entries: number): void => {
  const [known] = planes.decisions.view.nodes.values()
  if (known === undefined) return
  const { node, name, addresses } = known
  const atMs = clock.wallMs()
  const data = decisionCodec.encode({ type: 'nodeAdmitted', node, name, addresses: [...addresses], atMs })
  for (let left = entries; left > 0; left--)
    planes.consensus.propose(data, { timeoutMs: 5_000 }).catch(() => undefined)
}

/** Calls `fall` some time after the machine was elected. */
const arrangeFall = ({ timeline, random }: Mesh, { planes }: Core, fall: () => void): void => {
  if (!chance(random, AT_COMMIT_RATIO)) {
    timeline.after(between(random, pick(random, FALLS_MS)), fall)
    return
  }
  let commitsLeft = pick(random, COMMITS)
  planes.consensus.onCommitted(() => {
    commitsLeft -= 1
    if (commitsLeft === 0) timeline.after(0, fall)
  })
}

const flickering = (burstEntries: number, lastsMs: Range): Fault => {
  return (mesh, isOver) => {
    const { timeline, random, machines } = mesh
    const endMs = timeline.nowMs() + between(random, lastsMs)
    const isEnded = (): boolean => isOver() || timeline.nowMs() >= endMs
    const changeRatio = pick(random, CHANGE_RATIOS)
    const watched = new Set<Core>()
    let bursts = 0
    const meet = (machine: Machine, core: Core): void => {
      if (isEnded()) return
      if (bursts < BURSTS_MAX && chance(random, BURST_RATIO)) {
        bursts += 1
        burden(machine, core, burstEntries)
      }
      if (chance(random, changeRatio)) changeVoters(mesh, isOver)
      const fallen = chance(random, EVERYBODY_RATIO) ? [...machines] : [machine]
      arrangeFall(mesh, core, () => {
        if (!isOver() && machine.core === core) for (const each of fallen) each.losePower()
      })
    }
    const watch = (machine: Machine, core: Core): void => {
      watched.add(core)
      if (leads(machine)) meet(machine, core)
      core.planes.consensus.onRole(({ role }) => {
        if (role === 'leader') meet(machine, core)
      })
    }
    const look = (): void => {
      if (isEnded()) return
      for (const machine of machines) {
        const { core } = machine
        if (core !== null && !watched.has(core)) watch(machine, core)
      }
      timeline.after(LOOK_MS, look)
    }
    look()
    return 'power flickers: whoever comes to lead falls'
  }
}

/**
 * Whoever comes to lead is given more than one append holds, now and then asked for other voters, and then it or everybody
 * loses power: so terms begin that nobody else learns of, and leaders return with entries of older ones (Raft, figure 8).
 */
export const flicker: Fault = flickering(BURST_ENTRIES, FLICKER_MS)

/** The same from now on until faults end, for appends that hold one entry. */
export const flickerOn: Fault = flickering(BURST_ENTRIES_FEW, ALWAYS_MS)
