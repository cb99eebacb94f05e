/** Which mesh version each decision needs. See docs/design/versions.md. */
import { FIRST_VERSION } from '../versions/index.ts'
import type { Decision } from './types.ts'

/** Documents of task records, and their archives. */
export const RECORDS_VERSION = 2

/** Who may use the mesh. */
export const ACCOUNTS_VERSION = 2

/** How far services are with their updates. */
export const UPDATES_VERSION = 2

/** Nodes that are removed because they were revoked. */
export const REVOCATIONS_VERSION = 2

/** By their kind; a new one is given the version that adds it. */
const OF_KIND: Readonly<Record<Decision['type'], number>> = {
  meshFounded: 1,
  nodeAdmitted: 1,
  nodeDrained: 1,
  nodeRemoved: 1,
  tokenCreated: 1,
  tokenRevoked: 1,
  revisionAccepted: 1,
  taskAssigned: 1,
  taskReleased: 1,
  revisionsTrimmed: 2,
  meshVersionRaised: 2,
  updateProgressed: UPDATES_VERSION,
  updateSteered: UPDATES_VERSION,
  runSettled: 2,
  volumePrimaryNamed: 2,
  volumeReplicasSet: 2,
  scheduleFired: 2,
  credentialRevoked: 2,
  generationBegan: 2,
  periodArchived: RECORDS_VERSION,
  issuerGranted: 2,
  issuerRevoked: 2,
  accountAdded: ACCOUNTS_VERSION,
  accountChanged: ACCOUNTS_VERSION,
  accountRemoved: ACCOUNTS_VERSION,
}

/** Revisions that leave a head as it is. */
export const KEEP_VERSION = 2

/** What a field adds that may not be dropped. */
const ofFields = (decision: Decision): number => {
  switch (decision.type) {
    case 'meshFounded':
      return decision.version ?? FIRST_VERSION
    case 'meshVersionRaised':
      return decision.version
    case 'nodeAdmitted':
      return decision.role === 'edge' ? 2 : FIRST_VERSION
    case 'nodeRemoved':
      return decision.revoked === undefined ? FIRST_VERSION : REVOCATIONS_VERSION
    case 'tokenCreated':
      return decision.role === 'edge' || decision.only !== undefined ? 2 : FIRST_VERSION
    case 'revisionAccepted':
      return decision.keeps === true ? KEEP_VERSION : FIRST_VERSION
    default:
      return FIRST_VERSION
  }
}

/** The mesh version that a node must support to apply the decision. */
export const versionNeeded = (decision: Decision): number =>
  Math.max(OF_KIND[decision.type], ofFields(decision))

/** Those two say themselves at which version the mesh is from then on. */
const RAISES: ReadonlySet<Decision['type']> = new Set(['meshFounded', 'meshVersionRaised'])

/** Whether the decision may be proposed in a mesh of that version. */
export const mayBeProposed = (decision: Decision, meshVersion: number): boolean =>
  RAISES.has(decision.type) || versionNeeded(decision) <= meshVersion
