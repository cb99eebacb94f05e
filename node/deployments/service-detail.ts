/** One service with the revisions that it can be rolled back to. */
import type { KeptRevision, ServiceDetail } from '../../protocols/control/index.ts'
import { acceptedService, serviceOf } from './queries.ts'
import { specChanges } from './spec-changes.ts'
import type { DeploymentComponents } from './types.ts'
import { writtenRevision } from './written-revision.ts'

/** @throws `serviceUnknown` */
export const showService = (
  components: DeploymentComponents,
  service: { readonly project: string; readonly name: string },
): ServiceDetail => {
  const accepted = acceptedService(components, service)
  const kept = accepted.history.map((id) => writtenRevision(components, id))
  return {
    service: serviceOf(components, accepted),
    spec: kept[0]?.spec ?? null,
    history: kept.map((revision, at): KeptRevision => {
      const before = kept[at + 1]
      const isKnown = before !== undefined && before.written !== null && revision.written !== null
      return { ...revision, fields: isKnown ? specChanges(before.spec, revision.spec) : null }
    }),
  }
}
