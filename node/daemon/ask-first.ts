import type { DaemonOptions } from '../../protocols/control/index.ts'
import { askToJoin } from '../join/index.ts'
import type { CheckedEntry } from './check-entry.ts'
import { openLanDiscoveries } from './discoveries.ts'
import type { Ground } from './ground.ts'

/** How long an open mesh is looked for: each way of discovery asks again within it. */
const LOOK_TIMEOUT_MS = 35_000

/** What a start does once it has a token, where it needs one. */
export type SettledEntry = Exclude<CheckedEntry, { kind: 'ask' }>

/**
 * A start of a machine that asks becomes one that joins, once it was handed a token.
 * @throws `lanNotOpen`, `lanMeshesSeveral`, `askDenied`, ...
 */
export const askFirst = async (
  ground: Ground,
  { signal }: Pick<DaemonOptions, 'signal'>,
  checked: CheckedEntry,
): Promise<SettledEntry> => {
  if (checked.kind !== 'ask') return checked
  const { network, clock, logger, settings, shutdown, machine, nodeName } = ground
  const discoveries = openLanDiscoveries(ground, false)
  const stop = async () => void (await Promise.all(discoveries.map((way) => way.stop())))
  shutdown.add('search for an open mesh', stop)
  const { cpus, memoryMb } = machine
  const token = await askToJoin(
    { network, discoveries, clock, logger },
    {
      name: nodeName,
      role: settings.role,
      machine: { arch: process.arch, cpus, memoryMb },
      timeoutMs: LOOK_TIMEOUT_MS,
      compare: checked.asking.compare,
      signal,
    },
  )
  await stop()
  return { kind: 'join', token }
}
