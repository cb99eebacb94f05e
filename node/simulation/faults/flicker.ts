import { decisionCodec } from '../../../protocols/decisions/index.ts'
import type { Machine } from '../machine.ts'
import { between, chance, type Range } from '../random.ts'
import { type Fault, leads } from './fault.ts'

/** How long power flickers, and how soon after its election a leader falls, in milliseconds. */
const FLICKER_MS: Range = [3_000, 12_000]
const FALL_MS: Range = [0, 60]
/** How often somebody looks for a new leader, in milliseconds. */
const LOOK_MS = 5
/** More than one append holds. */
const BURST_ENTRIES = 300
/** The log of a run stays short all the same. */
const BURSTS_MAX = 4

/** Says of a member what is known, so often that appends are cut between. */
const burden = ({ core, clock }: Machine): void => {
  const planes = core?.planes
  const [known] = planes?.decisions.view.nodes.values() ?? []
  if (planes === undefined || known === undefined) return
  const { node, name, addresses } = known
  const atMs = clock.wallMs()
  const data = decisionCodec.encode({ type: 'nodeAdmitted', node, name, addresses: [...addresses], atMs })
  for (let left = BURST_ENTRIES; left > 0; left--)
    planes.consensus.propose(data, { timeoutMs: 5_000 }).catch(() => undefined)
}

/**
 * Whoever comes to lead is given more than one append holds, and then it or everybody loses power: so terms begin that
 * nobody else learns of, and leaders return with entries of older ones (Raft, figure 8).
 */
export const flicker: Fault = ({ timeline, random, machines }, isOver) => {
  const endMs = timeline.nowMs() + between(random, FLICKER_MS)
  const met = new Set<Machine>()
  let bursts = 0
  const meet = (machine: Machine): void => {
    met.add(machine)
    if (bursts < BURSTS_MAX && chance(random, 0.5)) {
      bursts += 1
      burden(machine)
    }
    const fallen = chance(random, 0.5) ? [...machines] : [machine]
    timeline.after(between(random, FALL_MS), () => {
      if (!isOver()) for (const each of fallen) each.losePower()
    })
  }
  const look = (): void => {
    if (isOver() || timeline.nowMs() >= endMs) return
    for (const machine of machines) {
      if (!leads(machine)) met.delete(machine)
      else if (!met.has(machine)) meet(machine)
    }
    timeline.after(LOOK_MS, look)
  }
  look()
  return 'power flickers: whoever comes to lead falls'
}
