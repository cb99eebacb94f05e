/** Members with real keys and certificates of one root, a network in memory, and one log that is everybody's. */
import { createRootSigning } from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import type { RootSigning } from '../../../node/ports/certificates.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { createRevocations, type Revocations } from '../../../node/revocations/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { memoryRecords } from '../agent/memory-records.ts'
import { type CertifiedNode, type Circle, foundCircle } from '../certificates/nodes.ts'

export interface RevokingMember extends Pick<CertifiedNode, 'node' | 'name'> {
  readonly revocations: Revocations
  readonly signing: RootSigning
  readonly records: RecordStore
}

const { hash } = createSigning(newIdentity().seed)

/** What a member knows of revocations, as its next life does too where the records are those of the one before. */
export const open = async (
  circle: Circle,
  { node, name, kept, files }: CertifiedNode,
  records = memoryRecords(),
): Promise<RevokingMember> => {
  const { connections, requests } = circle.network.join(node)
  const signing = createRootSigning({ kept, files })
  const revocations = createRevocations({
    clock: circle.clock,
    random: () => 0.5,
    logger: silentLogger,
    records,
    requests,
    connections,
    signing,
    hash,
  })
  await revocations.load()
  return { node, name, revocations, signing, records }
}

export { type Circle, foundCircle }
