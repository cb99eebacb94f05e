import type { DaemonOptions } from '../../protocols/control/index.ts'
import type { Files } from '../certificates/index.ts'
import type { Discovery } from '../ports/discovery.ts'
import { askFirst } from './ask-first.ts'
import type { CheckedEntry } from './check-entry.ts'
import { createDataFiles } from './data-files.ts'
import { discoveriesByToken, discoveriesOf, givenAddresses } from './discoveries.ts'
import { type Entry, enterMesh } from './enter-mesh.ts'
import type { Ground } from './ground.ts'
import { systemClock } from './system-clock.ts'

/** How this node became part of its mesh, and what of that goes on. */
export interface Entrance extends Entry {
  readonly files: Files
  /** Those by which it was found, where it joined; they go on for the sake of the next one. */
  readonly discoveries: readonly Discovery[]
  /** To be called when this node can let others in: it tells of itself from then on. Returns how long joining took, null of who did not join. */
  admitted(): number | null
}

/** Founds, joins or goes on. @throws `addressInvalid`, `meshNotFound`, `joinTokenExpired`, ... */
export const openEntrance = async (
  ground: Ground,
  options: DaemonOptions,
  asked: CheckedEntry,
): Promise<Entrance> => {
  const { network, signing: keys, logger, shutdown, settings } = ground
  // What cannot be is found while nothing is founded yet.
  givenAddresses(settings)
  const checked = await askFirst(ground, options, asked)
  const presentedAtMs = systemClock.nowMs()
  let isMember = checked.kind !== 'join'
  const joining = checked.kind === 'join' ? discoveriesByToken(ground, checked.token, () => isMember) : []
  // Also where nobody lets this machine in: their sockets would keep the process.
  shutdown.add('search', async () => void (await Promise.all(joining.map((way) => way.stop()))))
  const files = createDataFiles(settings.dataDir)
  const entry = await enterMesh(
    { network, files, keys, clock: systemClock, logger, discoveries: joining },
    options,
    checked,
  )
  return {
    ...entry,
    files,
    discoveries: checked.kind === 'join' ? joining : discoveriesOf(ground, entry.mesh.mesh),
    admitted: () => {
      isMember = true
      return entry.how === 'joined' ? systemClock.nowMs() - presentedAtMs : null
    },
  }
}
