import { createHash } from 'node:crypto'
import {
  isChain,
  isNewer,
  isOnlyOlders,
  lastOf,
  partingOf,
  standingCodec,
} from '../../../protocols/generations/index.ts'
import { messageTarget } from '../frames.ts'
import { breach } from '../target.ts'

const hash = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

/** Whatever records a peer tells, a chain of them rises, is newer than the first generation, and parts from it where it says. */
export const generationsTarget = messageTarget({
  name: 'generation',
  codec: standingCodec,
  use: ({ records }) => {
    const parting = partingOf([], records, hash)
    if (parting !== null) isOnlyOlders(parting, { index: 7, term: 2 })
    if (records.length === 0 || !isChain(records, hash)) return
    if (!isNewer(lastOf(records, hash), null)) breach('a record begins no generation')
    if (parting === null) breach('a later generation parts nowhere from the first')
    if (records.some(({ number }, at) => number <= (records[at - 1]?.number ?? 1)))
      breach('the numbers of a chain do not rise')
  },
})
