import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Observation } from '../observation.ts'
import type { Fact } from './facts.ts'
import { watchContainers } from './watch/containers.ts'
import { watchLeads } from './watch/leads.ts'
import { watchLog } from './watch/log.ts'
import { watchMembers } from './watch/members.ts'
import { type SlotWait, watchWaits } from './watch/waits.ts'
import type { Tell } from './watch/watch.ts'

export interface RecorderInit {
  /** Virtual time. */
  nowMs(): number
  nameOf(node: NodeId): string
  /** The fencing token of what stands at `index`, as the node has it. */
  tokenAt(node: NodeId, index: number): number
  readonly services: readonly ServiceSpec[]
  /** False where images are there at once, and nobody waits for them. */
  readonly pulls: boolean
}

/** Writes down facts, out of what the simulated nodes were seen to do. */
export interface Recorder {
  observe(observation: Observation): void
  /** All slots that wait, as the leader's scheduler tells now. */
  waits(waiting: readonly SlotWait[]): void
  readonly tell: Tell
  /** Time is 0 from now on: what was before is forgotten, but for who leads and who votes. */
  begin(): void
  facts(): readonly Fact[]
}

export const createRecorder = ({ nowMs, nameOf, tokenAt, services, pulls }: RecorderInit): Recorder => {
  let facts: Fact[] = []
  let beganMs = 0
  const tell: Tell = (told) => {
    facts.push({ ...told, atMs: nowMs() - beganMs } as Fact)
  }
  const leads = watchLeads(tell)
  const log = watchLog(tell, nameOf, tokenAt)
  const watches = [leads, log, watchMembers(tell, nameOf), watchContainers(tell, services, pulls)]

  return {
    observe: (observation) => {
      const node = 'node' in observation ? nameOf(observation.node) : ''
      for (const watch of watches) watch.observe(observation, node)
    },
    waits: watchWaits(tell),
    tell,
    begin: () => {
      beganMs = nowMs()
      facts = []
      log.repeat()
      leads.repeat()
    },
    facts: () => facts,
  }
}
