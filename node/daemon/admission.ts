import { createTokenDesk, handleJoins } from '../join/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Ground } from './ground.ts'
import type { createMeshQueries } from './mesh-queries.ts'
import { openOpenLan } from './open-lan.ts'
import { openTokens } from './open-tokens.ts'
import type { Planes } from './planes.ts'
import { systemClock } from './system-clock.ts'

export interface AdmissionParts {
  readonly certificates: Certificates
  readonly mesh: Pick<ReturnType<typeof createMeshQueries>, 'addressesOf' | 'directAddressesOf'>
}

/** Lets in who shows a token, from now on. Returns where tokens are made, and where machines ask for one. */
export const openAdmission = (
  ground: Ground,
  { decisions }: Planes,
  { certificates, mesh }: AdmissionParts,
) => {
  const { network, logger, signing } = ground
  const { requests, connections } = network
  const init = { self: connections.self }
  const parts = { decisions, certificates, clock: systemClock, ...signing }
  const { addressesOf, directAddressesOf } = mesh
  const remoteAddress = (node: string) => network.remoteAddress(node)
  handleJoins({ ...parts, addressesOf, requests, remoteAddress, logger }, init)
  // Nobody carries the connections of a machine that is no member yet.
  const desk = createTokenDesk({ ...parts, addressesOf: directAddressesOf }, init)
  return {
    tokens: openTokens(desk, decisions.view, systemClock.wallMs),
    openLan: openOpenLan(ground, { tokens: desk, view: decisions.view, certificates }),
  }
}
