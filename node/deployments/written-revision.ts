import type { WrittenRevision } from '../../protocols/control/index.ts'
import type { RevisionId } from '../../protocols/decisions/index.ts'
import { nodeName } from './queries.ts'
import type { DeploymentComponents } from './types.ts'

/** A revision in the words of the API. */
export const writtenRevision = (components: DeploymentComponents, id: RevisionId): WrittenRevision => {
  const revision = components.intent.revision(id)
  if (revision === null) return { revision: id, written: null, spec: null }
  const { body, author, via, hlc } = revision
  return {
    revision: id,
    written: {
      action: body.type === 'removal' ? 'remove' : 'apply',
      author,
      name: nodeName(components, author),
      via,
      writtenAtMs: hlc.wallMs,
    },
    spec: body.type === 'spec' ? body.spec : null,
  }
}
