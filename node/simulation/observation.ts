import type {
  Configuration,
  ConsensusMessage,
  ConsensusRole,
  HardState,
  LogEntry,
} from '../../protocols/consensus/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Durable } from './durable.ts'

/** What a node was seen to do. Checkers judge these; the transcript is made of them. */
export type Observation =
  | { readonly type: 'started' | 'crashed'; readonly node: NodeId }
  /** A write is safe on disk now. */
  | {
      readonly type: 'stored'
      readonly node: NodeId
      readonly hardState: HardState | null
      readonly entries: readonly LogEntry[]
    }
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
  /** A node was asked how far the log is committed; `answered` carries the same id, with null where there is no proof. */
  | { readonly type: 'asked'; readonly node: NodeId; readonly readId: number }
  | {
      readonly type: 'answered'
      readonly node: NodeId
      readonly readId: number
      readonly index: number | null
    }
  /** Consensus ended on the node. */
  | { readonly type: 'ended'; readonly node: NodeId; readonly error: Error }
  /** Something was done to the mesh, in words. */
  | { readonly type: 'fault'; readonly what: string }

/** What a checker may look at beside the observations. */
export interface World {
  /** What the node has on disk at this moment. */
  durableOf(node: NodeId): Durable
  readonly nodes: readonly NodeId[]
  configurationOf(entry: LogEntry): Configuration
}

/** One invariant. Gives the sentence that says how it was broken, or null. */
export interface Checker {
  readonly name: string
  judge(observation: Observation): string | null
}

export type CreateChecker = (world: World) => Checker
