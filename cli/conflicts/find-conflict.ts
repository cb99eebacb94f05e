import type { Conflict } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Client } from '../client.ts'

/** Characters of a revision's id that are shown; enough to tell it from others. */
export const ID_LENGTH = 12

/**
 * The whole id of the revision that lost: `given` is that, or a beginning that is clear. A whole id is taken as it is, so that
 * the daemon can say what became of its conflict.
 * @throws `conflictUnknown`, `conflictAmbiguous`
 */
export const findConflict = async (client: Client, given: string): Promise<string> => {
  if (/^[0-9a-f]{64}$/.test(given)) return given
  const { conflicts } = await client.call('GET /v1/conflicts')
  const found = conflicts.filter(({ lost }: Conflict) => lost.revision.startsWith(given))
  const [first, ...others] = found
  if (first === undefined) throw new CoterieError('conflictUnknown', { conflict: given })
  if (others.length > 0)
    throw new CoterieError('conflictAmbiguous', {
      given,
      candidates: found.map(({ lost }) => lost.revision.slice(0, ID_LENGTH)),
    })
  return first.lost.revision
}
