import {
  APPENDS,
  type ConsensusEvent,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusView,
  committedEntries,
  createConsensus,
  founding,
  hardStateOf,
  isObserver,
  isSnapshotUnderWay,
  type LogEntry,
  type Persist,
  type Proposal,
  placeAt,
  type Send,
  type Snapshot,
  snapshotBefore,
  step,
  viewConsensus,
  withSnapshotData,
} from '../../protocols/consensus/index.ts'
import type { Generation } from '../../protocols/generations/index.ts'
import type { StoredConsensus } from '../ports/storage.ts'
import { createInterpreter, type Interpreter } from './interpreter.ts'
import { createTimers } from './timers.ts'
import type { ConsensusComponents, ConsensusInit } from './types.ts'

export interface RunnerComponents extends Pick<ConsensusComponents, 'store' | 'clock' | 'random'> {
  send(send: Send): void
  notify(notice: ConsensusNotice): void
}

/** The machine with its disk and its clock, and nobody to talk to but through `send`. */
export interface MachineRunner {
  /** As of the last step whose write is safe: what others see of the machine rests on the disk as what it sends does. */
  view(): ConsensusView
  committedFrom(
    from: number,
    bounds: { readonly entriesMax: number; readonly bytesMax: number },
  ): readonly LogEntry[]
  /** What stands for the log from `from` on, where it does not reach back so far. */
  snapshotBefore(from: number): Snapshot | null
  isSnapshotUnderWay(): boolean
  placeAt(index: number): Omit<Snapshot, 'data'> | null
  /** All that this machine holds of its generation. */
  heldLog(): StoredConsensus
  /** Reads what is stored, founds if asked to, and begins. @throws `storeCorrupt`, `storeFailed` */
  start(): Promise<void>
  /** Whose log this is, and whether this node's word counts: asked for with each message and notice. */
  generation(): Generation | null
  isObserver(): boolean
  /** Hands the event to the machine; nobody waits for it. */
  post(event: ConsensusEvent): void
  /** Resolves when the event is through with all its effects; never, if consensus ends before. */
  push(event: ConsensusEvent): Promise<void>
  propose(proposal: Proposal): void
  /** Ends the machine, and waits for the write under way. */
  stop(): Promise<void>
}

export const createMachineRunner = (
  { store, clock, random, send, notify }: RunnerComponents,
  { self, timings, appends = APPENDS, founding: isFounder, onFailed }: Omit<ConsensusInit, 'admit'>,
): MachineRunner => {
  let state: ConsensusState = createConsensus({ self, timings, appends, hardState: null, entries: [] })
  let safeState = state
  let viewed: { readonly state: ConsensusState; readonly view: ConsensusView } | null = null
  let writing: Promise<void> = Promise.resolve()
  const timers = createTimers(clock, (timer, token) => interpreter.push({ type: 'timer', timer, token }))

  /** What is on disk is read from there when a follower needs it: many megabytes, which hardly anybody ever asks for. */
  const letGoOfSnapshot = (): void => {
    const { snapshot } = state
    if (snapshot === null || store.snapshotData === undefined) return
    const isSafe = safeState === state
    state = withSnapshotData(state, store.snapshotData(snapshot))
    if (isSafe) safeState = state
  }

  const persist = (change: Persist, done: (error: Error | null) => void): void => {
    writing = store.persist(change).then(
      () => {
        if (change.compaction) letGoOfSnapshot()
        safeState = state
        done(null)
      },
      (error: Error) => done(error),
    )
  }

  const interpreter: Interpreter = createInterpreter({
    step: (event) => {
      const next = step(state, event, { nowMs: clock.nowMs(), random })
      state = next.state
      if (next.effects.persist === null) safeState = state
      return next.effects
    },
    persist,
    send,
    schedule: timers.set,
    notify,
    onFailed: (error) => {
      timers.clear()
      onFailed(error)
    },
  })

  /** What is on disk, after the founder's first entry was put there. */
  const load = async (): Promise<StoredConsensus> => {
    const stored = await store.load()
    if (!isFounder || stored.hardState !== null || stored.entries.length > 0) return stored
    const { hardState, entries } = founding(self, store.stamp)
    await store.persist({ hardState, entries })
    return { hardState, entries }
  }

  return {
    view: () => {
      if (viewed?.state !== safeState) viewed = { state: safeState, view: viewConsensus(safeState) }
      return viewed.view
    },
    committedFrom: (from, bounds) => committedEntries(safeState, from, bounds),
    snapshotBefore: (from) => snapshotBefore(safeState, from),
    placeAt: (index) => placeAt(safeState, index),
    heldLog: () => {
      const { snapshot, log } = safeState
      const held = { hardState: hardStateOf(safeState), entries: log.slice(0, log.lastIndex) }
      return snapshot === null ? held : { ...held, snapshot, base: log.base }
    },
    isSnapshotUnderWay: () => isSnapshotUnderWay(state, clock.nowMs()),
    start: async () => {
      state = createConsensus({ self, timings, appends, store: store.stamp, ...(await load()) })
      safeState = state
      interpreter.push({ type: 'started' })
      // Whoever was told of it has its bytes.
      letGoOfSnapshot()
    },
    generation: () => safeState.generation,
    isObserver: () => isObserver(safeState),
    post: (event) => interpreter.push(event),
    push: (event) => new Promise((resolve) => interpreter.push(event, resolve)),
    propose: interpreter.propose,
    stop: async () => {
      interpreter.stop()
      timers.clear()
      await writing
    },
  }
}
