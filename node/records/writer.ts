/**
 * Writes down what becomes of the tasks that this node runs. A note of each task that has begun lies on disk until its record
 * does, so that what ended while the daemon was down is written down too.
 */
import { type Static, Type } from 'typebox'
import {
  createTaskRecord,
  projectOf,
  RECORD_PROBLEM_LENGTH_MAX,
  type TaskRecordContent,
} from '../../crdt/records/index.ts'
import { type Decision, type TaskId, TaskIdSchema } from '../../protocols/decisions/index.ts'
import { isFinal, RuntimeKindSchema, type TaskEnd, type TaskStatus } from '../../protocols/tasks/index.ts'
import { defineMessage, type NodeId } from '../../protocols/wire/index.ts'
import { noteChange, type RecordsDisk } from './disk.ts'
import type { Filing } from './filing.ts'
import { LOST_AFTER_MS, WRITE_DELAY_MS } from './limits.ts'
import type { Links } from './links.ts'
import type { RecordsComponents } from './types.ts'

const Time = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])

const NoteSchema = Type.Object({
  task: TaskIdSchema,
  object: Type.String(),
  slot: Type.Integer({ minimum: 0 }),
  token: Type.Integer({ minimum: 0 }),
  revision: Type.String(),
  attempts: Type.Integer({ minimum: 0 }),
  startedAtMs: Time,
  runtime: Type.Union([RuntimeKindSchema, Type.Null()]),
  /** True once its record is written: the same end may be told again in the next life. */
  recorded: Type.Boolean(),
})
const noteCodec = defineMessage('note of a task', NoteSchema)

interface Note extends Static<typeof NoteSchema> {
  /** What the log says of its end, once it does. */
  taken?: { readonly reason: string; readonly moved: boolean }
}

export interface WriterComponents
  extends Pick<RecordsComponents, 'decisions' | 'agent' | 'clock' | 'logger' | 'hash' | 'sign'> {
  readonly self: NodeId
  readonly disk: RecordsDisk
  readonly links: Pick<Links, 'isLinked' | 'tell'>
  readonly filing: Filing
}

export class Writer {
  readonly #components: WriterComponents
  readonly #notes = new Map<TaskId, Note>()
  /** Tasks whose notes are to be written; those with an end, with their records. */
  #changed = new Map<TaskId, TaskRecordContent | null>()
  /** Those that are being written. */
  #leaving: ReadonlyMap<TaskId, TaskRecordContent | null> = new Map()
  #cancelWrite: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  #subscriptions: (() => void)[] = []
  #startedAtMs = 0

  constructor(components: WriterComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    const { disk, agent, decisions, clock, logger } = this.#components
    this.#startedAtMs = clock.nowMs()
    for (const [task, bytes] of await disk.notes()) {
      try {
        this.#notes.set(task, noteCodec.decode(bytes))
      } catch (error) {
        logger.error({ task, error: (error as Error).message }, 'a note of a task is left out')
      }
    }
    this.#subscriptions = [
      decisions.onApplied(({ decision, outcome }) => outcome.ok && this.#onDecision(decision)),
      agent.onStatus((task, status) => this.#onStatus(task, status)),
    ]
    for (const [task, status] of agent.statuses()) this.#onStatus(task, status)
  }

  async stop(): Promise<void> {
    for (const end of this.#subscriptions) end()
    this.#cancelWrite?.()
    this.#cancelWrite = null
    await this.#writing
    await this.#write()
  }

  runs(project: string): boolean {
    return [...this.#notes.values()].some(
      ({ object, recorded }) => !recorded && projectOf(object) === project,
    )
  }

  /** Whether a task of the project has ended here, and its record is not on disk yet. */
  owes(project: string): boolean {
    return [...this.#changed.values(), ...this.#leaving.values()].some(
      (content) => content !== null && projectOf(content.object) === project,
    )
  }

  /** Writes what could not be written; finds what ended while the daemon was down, and notes that nobody needs any more. */
  review(): void {
    const { agent, decisions, clock } = this.#components
    if (this.#changed.size > 0) this.#writeSoon()
    if (clock.nowMs() - this.#startedAtMs < LOST_AFTER_MS) return
    const present = agent.statuses()
    for (const note of this.#notes.values()) {
      if (present.has(note.task) || decisions.view.tasks.has(note.task)) continue
      // While its runtime is silent it may still run.
      if (note.runtime !== null && !agent.available().includes(note.runtime)) continue
      if (!note.recorded) this.#end(note, 'lost', {})
      this.#forget(note)
    }
  }

  #onDecision(decision: Decision): void {
    if (decision.type === 'taskReleased') {
      const note = this.#notes.get(decision.task)
      if (note !== undefined) note.taken = { reason: decision.reason, moved: false }
    }
    if (decision.type === 'taskAssigned' && decision.replaces !== null) {
      const note = this.#notes.get(decision.replaces)
      if (note !== undefined)
        note.taken = { reason: decision.reason, moved: decision.node !== this.#components.self }
    }
  }

  #onStatus(task: TaskId, status: TaskStatus | null): void {
    const note = this.#notes.get(task) ?? (status === null ? undefined : this.#begin(status))
    if (note === undefined) return
    if (status === null) {
      if (!note.recorded) this.#end(note, 'stopped', {})
      this.#forget(note)
      return
    }
    note.attempts = Math.max(note.attempts, status.attempt)
    if ('runtime' in status) note.runtime = status.runtime
    if (note.startedAtMs === null && 'runtime' in status)
      note.startedAtMs = status.state === 'running' ? status.startedAtMs : status.sinceMs
    if (!isFinal(status) || note.recorded) return
    const end = status.state as Extract<TaskEnd, TaskStatus['state']>
    this.#end(note, end, {
      ...(status.state === 'failed' && status.exitCode !== undefined ? { exitCode: status.exitCode } : {}),
      ...(status.state === 'completed' ? { exitCode: 0 } : {}),
      ...(status.problem === null ? {} : { problem: shortened(status.problem) }),
    })
  }

  /** A note of a task that begins, or that ends before it began; none of one that only waits. */
  #begin(status: TaskStatus): Note | undefined {
    if (status.attempt === 0 && !isFinal(status)) return undefined
    const assignment = this.#components.decisions.view.tasks.get(status.task)
    if (assignment === undefined) return undefined
    const { task, object, slot, token, revision } = assignment
    const told = { task, object, slot, token, revision }
    const note = { ...told, attempts: status.attempt, startedAtMs: null, runtime: null, recorded: false }
    this.#notes.set(task, note)
    this.#changed.set(task, null)
    this.#writeSoon()
    return note
  }

  #end(note: Note, told: TaskEnd, more: Pick<TaskRecordContent, 'exitCode' | 'problem'>): void {
    const { self, clock } = this.#components
    const { task, object, slot, token, revision, attempts, startedAtMs, taken } = note
    note.recorded = true
    this.#changed.set(task, {
      ...{ task, object, slot, token, revision, node: self, attempts, startedAtMs },
      endedAtMs: clock.wallMs(),
      end: told === 'stopped' && taken?.moved === true ? 'moved' : told,
      ...more,
      ...(taken === undefined ? {} : { reason: taken.reason }),
    })
    this.#writeSoon()
  }

  #forget({ task }: Note): void {
    this.#notes.delete(task)
    if (!this.#changed.has(task)) this.#changed.set(task, null)
    this.#writeSoon()
  }

  #writeSoon(): void {
    this.#cancelWrite ??= this.#components.clock.after(WRITE_DELAY_MS, () => {
      this.#cancelWrite = null
      this.#writing = this.#writing.then(() => this.#write())
    })
  }

  /** What could not be written is kept, and tried again with the next review. */
  async #write(): Promise<void> {
    const changed = this.#changed
    if (changed.size === 0) return
    this.#changed = new Map()
    this.#leaving = changed
    try {
      await this.#writeAll(changed)
    } catch (error) {
      for (const [task, content] of changed) if (!this.#changed.get(task)) this.#changed.set(task, content)
      this.#components.logger.error({ error: (error as Error).message }, 'task records could not be written')
    } finally {
      this.#leaving = new Map()
    }
  }

  async #writeAll(changed: ReadonlyMap<TaskId, TaskRecordContent | null>): Promise<void> {
    const { filing, links, hash, sign } = this.#components
    const notes = [...changed.keys()].map((task) => {
      const note = this.#notes.get(task)
      return noteChange(task, note === undefined ? null : noteCodec.encode(bare(note)))
    })
    const contents = [...changed.values()].filter((content) => content !== null)
    const records = await Promise.all(contents.map((content) => createTaskRecord(content, { hash, sign })))
    for (const project of new Set(records.map(({ object }) => projectOf(object))))
      if (!links.isLinked(project)) await links.tell(project, 'linked')
    await filing.file(records, notes)
  }
}

/** As it is stored. */
const bare = ({ taken: _, ...note }: Note): Static<typeof NoteSchema> => note

const shortened = ({ code, message }: { readonly code: string; readonly message: string }) => ({
  code,
  message: message.slice(0, RECORD_PROBLEM_LENGTH_MAX),
})
