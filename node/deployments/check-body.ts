import { bodyVersion, type RevisionBody } from '../../crdt/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'

const WHAT: Readonly<Record<RevisionBody['type'], string>> = {
  spec: 'an exclusive service',
  removal: 'a removal',
  keep: 'keeping a head',
}

/** Nothing is written that older members would refuse. @throws `meshVersionNeeded` */
export const checkBody = ({ meshVersion }: DecisionView, body: RevisionBody): void => {
  const needed = bodyVersion(body)
  if (needed > meshVersion)
    throw new CoterieError('meshVersionNeeded', { what: WHAT[body.type], needed, meshVersion })
}
