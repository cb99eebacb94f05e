/** How a scenario tells what happened: one line for each thing, in plain words. */
import {
  type Compaction,
  type Configuration,
  type ConsensusMessage,
  type ConsensusNotice,
  type ConsensusState,
  configurationCodec,
  type LogEntry,
  type Persist,
  type Send,
  type StoreNames,
  viewConsensus,
} from '../../../protocols/consensus/index.ts'
import type { Generation } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { nameOf, storeNameOf } from './stage.ts'

const names = (nodes: readonly NodeId[], stores: StoreNames = {}): string =>
  nodes
    .map((node) =>
      stores[node] === undefined ? nameOf(node) : `${nameOf(node)}:${storeNameOf(stores[node])}`,
    )
    .join(' ')

const configurationText = ({
  voters,
  stores,
  votersOutgoing,
  storesOutgoing,
  learners,
}: Configuration): string =>
  [
    votersOutgoing.length === 0
      ? `[${names(voters, stores)}]`
      : `[${names(voters, stores)}] and [${names(votersOutgoing, storesOutgoing)}]`,
    learners.length === 0 ? '' : ` learners ${names(learners)}`,
  ].join('')

const entryText = ({ index, term, kind, data }: LogEntry): string => {
  const what = { noop: () => 'no-op', decision: () => `"${new TextDecoder().decode(data)}"` }
  const text =
    kind === 'configuration' ? `voters ${configurationText(configurationCodec.decode(data))}` : what[kind]()
  return `${index}/${term} ${text}`
}

const messageText = (message: ConsensusMessage): string => {
  const { type, term } = message
  switch (type) {
    case 'preVote':
    case 'vote': {
      const { lastIndex, lastTerm, transfer } = message
      return `${type} term ${term}, log ends at ${lastIndex}/${lastTerm}${transfer ? ', by transfer' : ''}`
    }
    case 'preVoteReply':
    case 'voteReply':
      return `${type} term ${term}, ${message.granted ? 'granted' : 'refused'}`
    case 'append': {
      const { prevIndex, prevTerm, entries, commitIndex } = message
      const what = entries.length === 0 ? 'nothing' : entries.map(entryText).join(', ')
      return `append term ${term}, after ${prevIndex}/${prevTerm}: ${what}; committed ${commitIndex}`
    }
    case 'appendReply':
      return `appendReply term ${term}, ${message.accepted ? 'matches to' : 'refused, try after'} ${message.matchIndex}`
    case 'snapshotPiece': {
      const { piece } = message
      const end = piece.offset + piece.data.byteLength
      return `snapshotPiece term ${term}, of ${piece.index}/${piece.term}: bytes ${piece.offset} to ${end} of ${piece.bytes}`
    }
    case 'snapshotReply':
      return `snapshotReply term ${term}, has ${message.offset} bytes of ${message.index}`
    case 'timeoutNow':
      return `timeoutNow term ${term}`
  }
}

export const sendText = (from: NodeId, { to, message }: Send, isLost: boolean): string =>
  `${nameOf(from)} -> ${nameOf(to)}  ${messageText(message)}${isLost ? '  (lost)' : ''}`

const generationText = (generation: Generation | null | undefined): string =>
  generation ? `, generation ${generation.number}` : ''

const compactionText = ({ snapshot, base, lastIndex }: Compaction): string => {
  const rest = base.index < lastIndex ? `entries ${base.index + 1} to ${lastIndex}` : 'no entries'
  return `snapshot ${snapshot.index}/${snapshot.term} ${configurationText(snapshot.configuration)} and ${rest}`
}

export const persistText = (node: NodeId, { hardState, entries, compaction }: Persist): string => {
  const snapshot = compaction === null ? [] : [compactionText(compaction)]
  const promise =
    hardState === null
      ? []
      : [
          `term ${hardState.term}, vote ${hardState.votedFor === null ? '-' : nameOf(hardState.votedFor)}, committed ${hardState.commitIndex}${generationText(hardState.generation)}${hardState.supersededBy ? `, over by ${hardState.supersededBy.number}` : ''}`,
        ]
  return `${nameOf(node)} stores ${[...promise, ...snapshot, ...entries.map(entryText)].join('; ')}`
}

export const noticeText = (node: NodeId, notice: ConsensusNotice): string => {
  const name = nameOf(node)
  switch (notice.type) {
    case 'roleChanged': {
      const leader = notice.leader === null ? 'nobody' : nameOf(notice.leader)
      const role = notice.role === 'follower' ? `follows ${leader}` : `is ${notice.role}`
      return `${name} ${role} in term ${notice.term}`
    }
    case 'appended':
      return `${name} puts proposal ${notice.proposalId} at ${notice.index}/${notice.term}`
    case 'generationMet':
      return `${name} hears ${nameOf(notice.from)} in generation ${notice.generation?.number ?? 1}`
    case 'dropped':
      return `${name} drops proposal ${notice.proposalId}; leader: ${notice.leader === null ? 'none' : nameOf(notice.leader)}`
    case 'snapshotInstalled':
      return `${name} installs snapshot ${notice.index}, ${notice.data.byteLength} bytes`
    case 'committed':
      return `${name} commits ${notice.entries.map(entryText).join(', ')}`
    case 'readReady':
      return `${name} answers read ${notice.readId}: ${notice.index === null ? 'not the leader' : `leads, up to ${notice.index}`}`
  }
}

export const stateText = (node: NodeId, state: ConsensusState | null): string => {
  if (state === null) return `${nameOf(node)} is down`
  const { role, term, leader, commitIndex, configuration, isObserver } = viewConsensus(state)
  const { snapshot, log } = state
  const begin = snapshot === null ? '' : `snapshot ${snapshot.index}/${snapshot.term}, `
  const first = log.base.index === 0 ? '' : `after ${log.base.index}/${log.base.term} `
  const last = `${log.lastIndex}/${log.lastTerm}`
  const obeyed = role === 'follower' ? ` of ${leader === null ? 'nobody' : nameOf(leader)}` : ''
  return `${nameOf(node)} ${isObserver ? 'observer' : role}${obeyed}${generationText(state.generation)}, term ${term}, ${begin}log ${first}to ${last}, committed ${commitIndex}, voters ${configurationText(configuration)}`
}
