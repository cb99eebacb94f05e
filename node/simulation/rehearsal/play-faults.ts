import { type Fault, LEADER } from '../../../protocols/control/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import type { Recorder } from './recorder.ts'
import { canDecide, isHeld, type StandingFault } from './standing-faults.ts'

/** Carries faults out, and tells which stand. */
export interface FaultPlayer {
  /** To be called when the play begins; each fault begins and ends in its own time. */
  schedule(): void
  standing(): readonly StandingFault[]
  /** Whoever leads, and can decide; null where nobody does. */
  leader(): Machine | null
}

export const createFaultPlayer = (
  { timeline, network, machines }: Pick<Mesh, 'timeline' | 'network' | 'machines'>,
  faults: readonly Fault[],
  recorder: Pick<Recorder, 'tell'>,
): FaultPlayer => {
  let standing: readonly StandingFault[] = []
  const nameOf = new Map<NodeId, string>(machines.map(({ self, name }) => [self, name]))

  const leader = (): Machine | null => {
    const leading = machines.flatMap((machine) => {
      const view = machine.core?.planes.consensus.view()
      if (view?.role !== 'leader') return []
      const voters = view.configuration.voters.map((node) => nameOf.get(node) ?? node)
      return canDecide(standing, machine.name, voters) ? [{ machine, term: view.term }] : []
    })
    return leading.sort((a, b) => b.term - a.term)[0]?.machine ?? null
  }

  const machinesOf = ({ targets }: Fault): Machine[] => {
    const led = targets.includes(LEADER) ? leader() : null
    return machines.filter((machine) => machine === led || targets.includes(machine.name))
  }

  const isKept = (kind: Fault['kind'], { name }: Machine): boolean => isHeld(standing, kind, name)

  const takeHold = (kind: Fault['kind'], hit: readonly Machine[]): void => {
    if (kind === 'partition') forBoundary(hit, network.links.cut)
    for (const machine of hit) {
      if (kind === 'kill') machine.losePower()
      if (kind === 'pause') machine.sleep()
    }
  }

  const letGo = (kind: Fault['kind'], hit: readonly Machine[]): void => {
    if (kind === 'partition') forBoundary(hit, network.links.mend)
    for (const machine of hit) {
      if (isKept('kill', machine)) continue
      if (kind === 'kill') machine.start()
      if (isKept('pause', machine)) machine.sleep()
      else if (kind === 'pause') machine.wake()
    }
  }

  /** Both directions between those that are hit and all others. */
  const forBoundary = (hit: readonly Machine[], act: (from: NodeId, to: NodeId) => void): void => {
    for (const one of hit)
      for (const other of machines) {
        if (hit.includes(other)) continue
        act(one.self, other.self)
        act(other.self, one.self)
      }
  }

  const begin = (fault: Fault, at: number): void => {
    const hit = machinesOf(fault)
    const nodes = hit.map(({ name }) => name)
    // Told first: what ends with it is then explained by it.
    recorder.tell({ type: 'faultBegan', fault: at, nodes })
    standing = [...standing, { fault: at, kind: fault.kind, nodes }]
    takeHold(fault.kind, hit)
    if (fault.untilMs === null) return
    timeline.after(fault.untilMs - fault.fromMs, () => {
      recorder.tell({ type: 'faultEnded', fault: at })
      standing = standing.filter((other) => other.fault !== at)
      letGo(fault.kind, hit)
    })
  }

  return {
    schedule: () => {
      for (const [at, fault] of faults.entries()) timeline.after(fault.fromMs, () => begin(fault, at))
    },
    standing: () => standing,
    leader,
  }
}
