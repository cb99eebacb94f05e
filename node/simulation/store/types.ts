import type {
  HardState,
  LogEntry,
  LogPoint,
  Snapshot,
  StoreStamp,
} from '../../../protocols/consensus/index.ts'
import type { Random } from '../../ports/clock.ts'
import type { Settle } from '../settle.ts'
import type { Batch, Content } from './content.ts'

/** What becomes of a record that was not synced: it is there, was never written, or is cut, which LevelDB drops. */
export type Unsynced = 'kept' | 'lost' | 'torn'

/** What a checker may look at. The references are live: they show the disk as it is when they are read. */
export interface Durable {
  /** Which store this is, and how often it was opened. */
  readonly stamp: StoreStamp
  /** What a restart would find at least. */
  readonly hardState: HardState | null
  readonly snapshot: Snapshot | null
  /** The place after which the entries begin. */
  readonly base: LogPoint
  readonly entries: readonly LogEntry[]
  /** Those of the entries that are configurations. */
  readonly configurations: readonly LogEntry[]
  /** Whether that collection has a record of that key. */
  holds(collection: string, key: string): boolean
  /** Over all lives, also over disks that were lost or put back. */
  readonly acknowledged: {
    /** The last one. */
    readonly hardState: HardState | null
    /** The greatest that an entry or a snapshot had. */
    readonly lastIndex: number
  }
}

/** The store as it was at some moment. */
export interface DiskCopy {
  readonly content: Content
}

/** What one life of a process does with the disk. Its promises settle by the scheduler, and never after its end. */
export interface DiskLife {
  /** What reads see now. */
  present(): Content
  /** @throws `storeFailed` once it is closed, and what `take` throws */
  readNow<Result>(take: (content: Content) => Result): Result
  /** The same, once the disk has answered. */
  read<Result>(take: (content: Content) => Result): Promise<Result>
  /** @throws `storeFailed` */
  write(batch: Batch): Promise<void>
  /** Resolves when all writes have ended. */
  close(): Promise<void>
}

export interface SimulatedDisk {
  /** @throws `dataDirInUse` while another life has it open */
  open(settle: Settle): DiskLife
  durable(): Durable
  /** The store that is there, and those that were lost, as they were then. */
  stores(): readonly Durable[]
  /** The life ends at once: nothing that it waits for ever settles. What is not given is drawn. */
  crash(unsynced?: Unsynced): void
  /**
   * Runs `task` once around a coming sync: `before` its end, when a crash may still lose the record, or `after` it, when
   * the record is safe and nobody was told.
   */
  atNextSync(moment: 'before' | 'after', task: () => void): void
  /** So many coming syncs fail (EIO). */
  failWrites(count: number): void
  /** Writes are refused (ENOSPC) until `drain`. */
  fill(): void
  drain(): void
  /** A sync takes up to so many milliseconds; null for the usual. */
  slow(syncMs: number | null): void
  /** Every fault is over, also one that was still to come; a life whose write failed must be opened again all the same. */
  mend(): void
  /** A blank disk is in its place. Ends the life that is open. */
  lose(): void
  /** What a backup of the directory holds. */
  copy(): DiskCopy
  /** An old copy is in its place. Ends the life that is open. */
  restore(copy: DiskCopy): void
}

export interface SimulatedDiskComponents {
  /** The scheduler of the whole mesh: a disk goes on while a process is paused. */
  after(afterMs: number, task: () => void): unknown
  readonly random: Random
}
