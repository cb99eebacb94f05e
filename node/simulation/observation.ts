import type { Register, Revision } from '../../crdt/index.ts'
import type { ConsensusMessage, ConsensusRole, HardState, LogEntry } from '../../protocols/consensus/index.ts'
import type { Decision } from '../../protocols/decisions/index.ts'
import type { MemberStatus } from '../../protocols/membership/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Core } from '../daemon/core.ts'
import type { Applied } from '../decisions/index.ts'
import type { Durable } from './store/index.ts'

/** What a node was seen to do. Checkers judge these; the transcript is made of them. */
export type Observation =
  /** A life began; a life is over, for whatever reason. */
  | { readonly type: 'started'; readonly node: NodeId; readonly versions: VersionRange }
  | { readonly type: 'ended'; readonly node: NodeId }
  /** The founding or the admission of this life is through: all its parts work. */
  | { readonly type: 'ready'; readonly node: NodeId }
  /** The daemon of this node ends by itself, because of this. */
  | { readonly type: 'failed'; readonly node: NodeId; readonly error: Error }
  /** Something was thrown that nobody caught. */
  | { readonly type: 'threw'; readonly node: NodeId; readonly error: Error }
  /** A line of its log, from `info` on. */
  | {
      readonly type: 'logged'
      readonly node: NodeId
      readonly level: 'info' | 'warn' | 'error'
      readonly fields: object
      readonly message: string
    }
  /** Hard state and entries are safe on disk now. */
  | {
      readonly type: 'stored'
      readonly node: NodeId
      readonly hardState: HardState | null
      readonly entries: readonly LogEntry[]
    }
  /** A message of consensus. */
  | {
      readonly type: 'sent'
      readonly node: NodeId
      readonly to: NodeId
      readonly message: ConsensusMessage
    }
  | {
      readonly type: 'role'
      readonly node: NodeId
      readonly role: ConsensusRole
      readonly term: number
      readonly leader: NodeId | null
    }
  | {
      readonly type: 'committed'
      readonly node: NodeId
      readonly entries: readonly LogEntry[]
      readonly commitIndex: number
    }
  /** A snapshot stands for all that was committed up to its index. */
  | { readonly type: 'restored'; readonly node: NodeId; readonly index: number }
  /** `token` is the fencing token of the place at which it stands. */
  | {
      readonly type: 'applied'
      readonly node: NodeId
      readonly applied: Applied
      readonly token: number
    }
  /** How membership of one node sees another from now on; null where it is forgotten. */
  | {
      readonly type: 'member'
      readonly node: NodeId
      readonly member: NodeId
      readonly state: MemberStatus | null
      readonly incarnation: number
    }
  /** What the agent says of a task; null where it is gone. */
  | {
      readonly type: 'task'
      readonly node: NodeId
      readonly task: string
      readonly status: TaskStatus | null
    }
  /** A container began, or ended, whatever the daemon knows of it. */
  | {
      readonly type: 'ran' | 'exited'
      readonly node: NodeId
      readonly task: string
      readonly token: number
    }
  /** Nothing is killed on this machine from here on: it sleeps, or its watchdog stands still. Or both go on. */
  | { readonly type: 'unwatched' | 'watched'; readonly node: NodeId }
  /** The agent asks the engine to stop a task. */
  | { readonly type: 'stopAsked'; readonly node: NodeId; readonly task: string }
  /** Somebody was told by a node that a decision was made, and at which index. */
  | {
      readonly type: 'decided'
      readonly node: NodeId
      readonly index: number
      readonly decision: Decision
    }
  /** What is new to the intent of a node; registers that it wrote itself included. */
  | {
      readonly type: 'learned'
      readonly node: NodeId
      readonly revisions: readonly Revision[]
      readonly registers: readonly Register[]
    }
  /** A revision was written by a person at this node: it is on its disk. */
  | { readonly type: 'written'; readonly node: NodeId; readonly revision: Revision }
  /** A node was asked how far the log is committed; `answered` carries the same id, with null where there is no proof. */
  | { readonly type: 'asked'; readonly node: NodeId; readonly readId: number }
  | {
      readonly type: 'answered'
      readonly node: NodeId
      readonly readId: number
      readonly index: number | null
    }
  /** A disk was lost: whatever the node of that name promised on it is gone. It returns on another disk, or never. */
  | { readonly type: 'diskLost'; readonly node: NodeId }
  /** A disk failed or was full, so the life on it may end, and say so. */
  | { readonly type: 'diskFailed'; readonly node: NodeId }
  /** Something was done to the mesh, in words. */
  | { readonly type: 'fault'; readonly what: string }
  /** Faults have ended, but for those who stay behind. */
  | { readonly type: 'healed'; readonly behind: readonly NodeId[] }

/** What a checker may look at beside the observations. */
export interface World {
  /** All that ever were, also those whose disk was lost. */
  readonly nodes: readonly NodeId[]
  /** What the node has on disk at this moment. */
  durableOf(node: NodeId): Durable
  /** The store that the node has, and those that it lost, as they were then. */
  storesOf(node: NodeId): readonly Durable[]
  /** Of the timeline. */
  nowMs(): number
  /** What the node's wall clock shows. */
  wallMsOf(node: NodeId): number
  /** The parts of the node's present life, to be looked at only; null while it has none. */
  coreOf(node: NodeId): Core | null
}

/**
 * A kind of observations; or of those, fewer: `first applied` by any node at its place in the log, `first committed` where
 * nobody knew all of it to be committed, and messages of one type alone.
 */
export type Sight =
  | Observation['type']
  | 'first applied'
  | 'first committed'
  | `sent ${ConsensusMessage['type']}`

/** One invariant. Gives the sentence that says how it was broken, or null. */
export interface Checker {
  readonly name: string
  /** The kinds of observations that it judges by: it is shown no others. */
  readonly sees: readonly Sight[]
  judge(observation: Observation): string | null
}

export type CreateChecker = (world: World) => Checker
