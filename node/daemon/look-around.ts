import { setTimeout } from 'node:timers/promises'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { DISCOVERY_WAYS, type DiscoveryWay } from '../../protocols/doctor/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Surroundings } from '../doctor/index.ts'
import { directOf } from '../network/index.ts'
import { createDiscoveries } from './discoveries.ts'
import type { Ground } from './ground.ts'

/** Discoveries ask three times in the first second. */
const LOOK_MS = 1_500

/** By which of the ways of UDP this node looks for others, and can be found. */
export const waysOf = ({ discovery }: Pick<Settings, 'discovery'>): readonly DiscoveryWay[] =>
  DISCOVERY_WAYS.filter((way) => discovery === 'lan' || discovery === way)

/** Looks for members by UDP, beside the discoveries that run, and tells nobody of this node. Never rejects. */
export const lookAround = async (
  { settings, network: { connections }, clock, random, logger }: Ground,
  mesh: string,
  signal: AbortSignal,
): Promise<Surroundings> => {
  const found = new Map<NodeId, Set<DiscoveryWay>>()
  const discoveries = createDiscoveries(
    { logger: logger.child({ part: 'doctor' }), clock, random },
    {
      settings: { ...settings, at: [], discoveryDomain: null },
      mesh,
      listening: directOf(connections.addresses()),
      announce: null,
    },
  )
  for (const discovery of discoveries) {
    discovery.onFound(({ node, method }) => {
      if (node === null || (method !== 'mdns' && method !== 'broadcast')) return
      found.set(node, (found.get(node) ?? new Set()).add(method))
    })
    await discovery.start().catch(() => undefined)
  }
  await setTimeout(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined)
  await Promise.all(discoveries.map((discovery) => discovery.stop().catch(() => undefined)))
  return found
}
