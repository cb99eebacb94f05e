import { bodyVersion, laterFields, type RevisionBody } from '../../crdt/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'

const whatOf = (body: RevisionBody): string => {
  if (body.type === 'removal') return 'a removal'
  if (body.type === 'keep') return 'keeping a head'
  return `a service with ${laterFields(body.spec).join(', ')}`
}

/** Nothing is written that older members would refuse. @throws `meshVersionNeeded` */
export const checkBody = ({ meshVersion }: DecisionView, body: RevisionBody): void => {
  const needed = bodyVersion(body)
  if (needed > meshVersion)
    throw new CoterieError('meshVersionNeeded', { what: whatOf(body), needed, meshVersion })
}
