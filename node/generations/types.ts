import type { Hash, Sign, Verify } from '../../crdt/index.ts'
import type { ConsensusView, LogPoint } from '../../protocols/consensus/index.ts'
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import type { Generation, GenerationRecord, Standing } from '../../protocols/generations/index.ts'
import type { VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Requests } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore, StoredConsensus } from '../ports/storage.ts'

export interface GenerationComponents {
  readonly consensus: {
    view(): ConsensusView
    recover(generation: Generation, from: LogPoint, data: Uint8Array): Promise<void>
    supersede(by: Generation): Promise<void>
    cutLog(): void
    readIndex(options: { timeoutMs: number }): Promise<number>
    onGenerationMet(listener: (from: NodeId, generation: Generation | null) => void): () => void
  }
  readonly decisions: {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  /** What a member tells that it supports. */
  supportedBy(node: NodeId): VersionRange
  readonly connections: Pick<Connections, 'self' | 'connected' | 'onPeer'>
  readonly requests: Requests
  readonly records: RecordStore
  readonly hash: Hash
  readonly sign: Sign
  readonly verify: Verify
  readonly clock: Clock
  readonly logger: Logger
}

/** A member as it answered, or did not. */
export interface Surveyed {
  readonly node: NodeId
  /** Null where it is silent. */
  readonly standing: Standing | null
}

/** What is known before a recovery. */
export interface Survey {
  /** This node first, then the others by their admission. */
  readonly members: readonly Surveyed[]
  /** Who leads a majority now; null where nobody does. */
  readonly leader: NodeId | null
  /** The member whose log goes furthest of those that answered: this node where none goes further. */
  readonly best: NodeId
}

/** A decision that only an older generation had. */
export interface LostDecision {
  /** The number of the generation that had it. */
  readonly generation: number
  readonly index: number
  /** Whether it was known to be accepted there. */
  readonly committed: boolean
  /** Null where this version cannot read it. */
  readonly decision: Decision | null
}

/** Decisions that only an older generation had, and of which but the sum was left: its snapshot is kept beside this. */
export interface LostSpan {
  readonly generation: number
  readonly afterIndex: number
  readonly upToIndex: number
}

export interface Lost {
  readonly decisions: readonly LostDecision[]
  readonly spans: readonly LostSpan[]
}

export interface Generations extends Service {
  /**
   * Sets aside what only the log that is left had. Rejects where the newer one would begin before its generation did: with voters
   * of an older one. @throws `storeFailed`
   */
  leaving(left: StoredConsensus, beginsAt: number): Promise<void>
  /** Asks every member how far it is. Takes some seconds where some are silent. */
  survey(): Promise<Survey>
  /**
   * Begins a new generation at this node, on behalf of a person. `force`: also where another member knows more.
   * @throws `quorumLives`, `recoverElsewhere`, `recoveryNeedsUpdate`, `recoveryImpossible`
   */
  recover(options: { readonly force: boolean }): Promise<GenerationRecord>
  /** What only older generations had, as far as this node had it. */
  lost(): Promise<Lost>
}
