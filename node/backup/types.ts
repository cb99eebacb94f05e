/** What backups need of a node, and of the machine where one is restored. */
import type { BackupFile } from '../../protocols/backup/index.ts'
import type { ConsensusView, Snapshot, StoreStamp } from '../../protocols/consensus/index.ts'
import type { DecisionView, RevisionId } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordStore, StoredConsensus } from '../ports/storage.ts'
import type { Passphrases } from './passphrase.ts'

/** A collection of the store, or what in it begins with `prefix`. */
export interface KeptRecords {
  readonly collection: string
  readonly prefix: string
}

export interface BackupComponents {
  readonly clock: Clock
  readonly passphrases: Passphrases
  readonly consensus: {
    view(): ConsensusView
    /** Where the log stands at `index`, and who votes there; null where that cannot be told. */
    placeAt(index: number): Omit<Snapshot, 'data'> | null
    readIndex(options: { timeoutMs: number }): Promise<number>
  }
  readonly decisions: {
    readonly view: DecisionView
    readonly halt: { readonly index: number } | null
    snapshot(): { readonly data: Uint8Array } | Promise<{ readonly data: Uint8Array }> | null
  }
  readonly intent: { holds(revision: RevisionId): boolean }
  readonly store: { readonly stamp: StoreStamp | null; records(name: string): Pick<RecordStore, 'pages'> }
  /** As they are to stand where the backup is restored; null for what is not here. */
  files(): Promise<Readonly<Record<BackupFile, string | null>>>
}

export interface BackupInit {
  readonly self: NodeId
  readonly mesh: { readonly id: string; readonly name: string }
  readonly program: string
  /** Of what lies in the store. */
  readonly format: number
  readonly kept: readonly KeptRecords[]
}

/** Where a backup is put, before it takes its place as a whole. */
export interface RestoreTarget {
  /** @throws `storeFailed` */
  writeFile(name: BackupFile, text: string): Promise<void>
  /** An empty store. @throws `storeFailed` */
  writeConsensus(stored: StoredConsensus): Promise<void>
  writeRecords(
    collection: string,
    records: readonly { readonly key: string; readonly value: Uint8Array }[],
  ): Promise<void>
}
