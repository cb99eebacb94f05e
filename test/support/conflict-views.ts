/** Conflicts between edits, as tests open them, wait for them and look at them on running daemons. */
import type { Conflict, Conflicts } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { RunningDaemon } from './daemons.ts'
import { eventually } from './eventually.ts'
import { caughtUp } from './mesh-views.ts'
import { deploy } from './task-views.ts'

export const conflictsOf = async (daemon: RunningDaemon) =>
  ((await daemon.get('/v1/conflicts')) as Conflicts).conflicts

/** Resolves once each of `daemons` knows `count` conflicts, and what they are about. */
export const allSeeConflicts = (daemons: readonly RunningDaemon[], count: number) =>
  eventually(`${count} conflicts are known to all`, async () =>
    (await Promise.all(daemons.map(conflictsOf))).every(
      (conflicts) => conflicts.length === count && conflicts.every(({ fields }) => fields !== null),
    ),
  )

/** Edits one service on the first two of `daemons` until two edits have crossed on their way, which is chance; all know it then. */
export const openConflict = async (
  daemons: readonly RunningDaemon[],
  edit: (text: string) => ServiceSpec,
): Promise<Conflict> => {
  for (let round = 0; ; round++) {
    const writers = daemons.slice(0, 2)
    await Promise.all(
      writers.map((daemon) => deploy(daemon, edit(`round ${round}, written on ${daemon.name}`))),
    )
    await caughtUp(daemons)
    const [conflict] = await conflictsOf(daemons[0] as RunningDaemon)
    if (conflict !== undefined) return conflict
  }
}
