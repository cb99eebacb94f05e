/**
 * The end of one log and the beginning of the next, where the majority of the voters is lost for good.
 *
 * Within a generation all of Raft holds; between two of them nothing is counted, compared or replaced. Their logs may
 * differ from where the newer one went on, also in what is committed. See docs/design/recovery.md.
 */
import { type Generation, isNewer, isSameGeneration } from '../generations/index.ts'
import type { NodeId } from '../wire/index.ts'
import { configurationCodec, NOBODY, nameStores } from './configuration.ts'
import { campaign } from './election.ts'
import { becomeFollower } from './following.ts'
import { appendOwn } from './leading.ts'
import { ENTRY_BYTES_MAX, SNAPSHOT_BYTES_MAX } from './limits.ts'
import { Log } from './log.ts'
import type { FollowerState } from './state.ts'
import type { Turn } from './turn.ts'
import type { ConsensusEvent, ConsensusMessage } from './types.ts'

type Recover = Extract<ConsensusEvent, { type: 'recover' }>
type Adopt = Extract<ConsensusEvent, { type: 'adopt' }>

/** The newest generation that this machine knows of; no older one has anything to say to it. */
const newestKnown = ({ state }: Turn) => state.supersededBy ?? state.generation

/** Whether something is of this machine's own generation; absent is the first one. */
export const isOwn = ({ state }: Turn, generation: Generation | undefined): boolean =>
  isSameGeneration(generation ?? null, state.generation)

/** Whether a message is of another generation, which is told, and changes nothing else. */
export const isForeign = (turn: Turn, from: NodeId, message: ConsensusMessage): boolean => {
  const { state } = turn
  if (isOwn(turn, message.generation)) return state.supersededBy !== null
  turn.met.push({ type: 'generationMet', from, generation: message.generation ?? null })
  return true
}

/**
 * Goes on alone, with all that this log holds: what is not known to be committed may have been, by voters that are gone.
 * Nothing happens where the log ends elsewhere by now, or to a machine without one.
 */
export const handleRecover = (turn: Turn, { generation, from, data }: Recover): void => {
  const { self, store, term, log } = turn.state
  if (log.lastIndex === 0 || log.lastIndex !== from.index || log.lastTerm !== from.term) return
  if (data.byteLength > ENTRY_BYTES_MAX) return
  if (!isNewer(generation, newestKnown(turn))) return
  becomeFollower(turn, term + 1, null)
  turn.state = { ...turn.state, votedFor: self, generation, supersededBy: null } as FollowerState
  const alone = nameStores({ ...NOBODY, voters: [self] }, () => store?.id ?? null)
  appendOwn(turn, 'configuration', configurationCodec.encode(alone))
  const { index } = appendOwn(turn, 'decision', data)
  turn.state = { ...turn.state, commitIndex: index }
  campaign(turn, 'preCandidate', false)
}

export const handleSupersede = (turn: Turn, by: Generation): void => {
  if (!isNewer(by, newestKnown(turn))) return
  becomeFollower(turn, turn.state.term, null)
  turn.state = { ...turn.state, supersededBy: by }
}

/**
 * Puts a newer generation's log in place of this one, as far as a snapshot goes. Terms rise all the same, and the vote of
 * a term that goes on stays given.
 */
export const handleAdopt = (turn: Turn, { generation, snapshot }: Adopt): void => {
  const { state } = turn
  const { index, term, configuration, data } = snapshot
  if (!isNewer(generation, state.generation) || isNewer(state.supersededBy, generation)) return
  if (data.byteLength > SNAPSHOT_BYTES_MAX) return
  becomeFollower(turn, Math.max(state.term, term), null)
  turn.state = {
    ...turn.state,
    generation,
    supersededBy: null,
    snapshot,
    log: Log.of([], { index, term }),
    commitIndex: index,
    storedCommitIndex: index,
    configurations: [{ index, configuration }],
  }
  turn.installed = snapshot
}
