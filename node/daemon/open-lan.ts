/** A window for machines of the LAN that ask to join, in the words of the API. */
import { plainAddress } from '../../protocols/addresses/index.ts'
import type { AskingNode, OpenLanState, Status } from '../../protocols/control/index.ts'
import type { OpenLanDesk } from '../control/index.ts'
import { type Asking, createOpenLan, type OpenLanComponents } from '../join/index.ts'
import { interfaceTo } from '../network/index.ts'
import { openLanDiscoveries } from './discoveries.ts'
import type { Ground } from './ground.ts'

/** Who may look has a fingerprint to show: before, a request is nothing to decide about. */
const nodeOf = (asking: Asking): AskingNode[] => {
  const { fingerprint, state, node: id, name, role, machine, address, askedAtMs } = asking
  if (fingerprint === null || state === 'begun') return []
  return [{ fingerprint, state, id, name, role, machine, address, askedAtMs }]
}

export interface OpenLanDoor extends OpenLanDesk {
  /** For the status, and the doctor. */
  summary(): Status['openLan']
}

/** Closed at first, and when the daemon ends. */
export const openOpenLan = (
  ground: Ground,
  parts: Pick<OpenLanComponents, 'tokens' | 'view' | 'certificates'>,
): OpenLanDoor => {
  const { network, clock, logger, shutdown } = ground
  const lan = createOpenLan(
    {
      ...parts,
      requests: network.requests,
      clock,
      logger: logger.child({ part: 'open LAN' }),
      remoteAddress: (node) => network.remoteAddress(node),
      isNear: (address) => interfaceTo(plainAddress(address)) !== null,
      beacons: () => openLanDiscoveries(ground, true),
    },
    { self: network.connections.self },
  )
  shutdown.add('open LAN', lan.close)

  const state = (): OpenLanState => {
    const window = lan.window()
    return {
      window: window === null ? null : { ...window, cidrs: [...window.cidrs] },
      requests: lan.asking().flatMap(nodeOf),
    }
  }
  const answered = (asking: Asking): AskingNode => nodeOf(asking)[0] as AskingNode
  return {
    state,
    open: async (request) => {
      await lan.open(request)
      return state()
    },
    close: async () => {
      await lan.close()
      return state()
    },
    approve: async (fingerprint) => answered(await lan.approve(fingerprint)),
    deny: (fingerprint) => answered(lan.deny(fingerprint)),
    summary: () => {
      const { window, requests } = state()
      if (window === null) return null
      const waiting = requests.filter((request) => request.state === 'waiting').length
      return { untilMs: window.untilMs, autoApprove: window.autoApprove, waiting }
    },
  }
}
