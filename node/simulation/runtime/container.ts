import { CoterieError } from '../../../protocols/errors/index.ts'
import type { BoundPort } from '../../../protocols/tasks/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { taskEnvironment } from '../../agent/task-environment.ts'
import type { LogLine, ObservedTask, TaskStart } from '../../ports/runtime.ts'
import type { PortTable } from './port-table.ts'
import type { Behaviour, ContainerView, ProgramEnd, SimulatedEngineComponents, TimedLine } from './types.ts'

/** Exit code of what SIGKILL ended. */
export const KILLED = 137
/** Exit code that Docker gives to what ended while it was not there to see. */
export const UNSEEN = 255
/** Lines kept of one task; stands for Docker's two files of 10 MB. */
const LINES_MAX = 100_000

/** One container, from its creation to its removal. */
export interface Container {
  view(): ContainerView
  observed(): ObservedTask
  /** What is kept of its log from line number `from` on, and the number of the line after that. */
  linesFrom(from: number): { readonly lines: readonly LogLine[]; readonly next: number }
  /** What its program is going to do, drawn for one start. */
  behaviour(): Behaviour
  /** Does nothing where it runs. @throws `portInUse`, `startFailed`, `commandNotFound` */
  start(behaviour: Behaviour): void
  /** Sends SIGTERM; returns what sends SIGKILL to that very program, where it still runs. */
  terminate(): () => void
  /** Ends at once, where it runs. */
  end(exitCode: number): void
  /** Calls `task` once at the next line or change. */
  onNext(task: () => void): () => void
}

export interface ContainerComponents extends Omit<SimulatedEngineComponents, 'random'> {
  readonly ports: PortTable
  /** It started or ended. */
  onChange(): void
}

const refusalOf = (refusal: NonNullable<Behaviour['refusal']>, { task, spec }: TaskStart): CoterieError =>
  refusal === 'startFailed'
    ? new CoterieError('startFailed', { task, detail: 'the simulated engine cannot start it' })
    : new CoterieError('commandNotFound', {
        command: spec.command?.[0] ?? `of ${spec.image}`,
        detail: 'no such file or directory',
      })

/** From a start to its end. */
type Run = { readonly ports: readonly BoundPort[]; readonly startedAtMs: number }

export const createContainer = (
  components: ContainerComponents,
  node: NodeId,
  request: TaskStart,
): Container => {
  const { after, nowMs, wallMs, behaviourOf, onContainer, ports, onChange } = components
  const { task, token, spec } = request
  const environment = { ...spec.environment, ...taskEnvironment(node, request) }
  const lines: LogLine[] = []
  /** Lines that were written before the first one kept. */
  let dropped = 0
  const waiting = new Set<() => void>()
  let run: Run | null = null
  let exitCode: number | null = null
  let onTerm: Behaviour['onTerm'] = null

  const wake = (): void => {
    const tasks = [...waiting]
    waiting.clear()
    for (const wakeOne of tasks) wakeOne()
  }

  /** Runs `act` so much later, if the program that runs now still does. */
  const later = (afterMs: number, act: () => void): void => {
    const present = run
    if (afterMs <= 0) act()
    else
      after(afterMs, () => {
        if (run === present) act()
      })
  }

  const print = (timed: readonly TimedLine[]): void => {
    for (const { afterMs, stream, text } of timed)
      later(afterMs, () => {
        if (lines.length === LINES_MAX) dropped += lines.splice(0, LINES_MAX / 2).length
        lines.push({ atMs: Math.floor(wallMs()), stream, text })
        wake()
      })
  }

  const tell = (type: 'started' | 'ended'): void => {
    onContainer({ type, node, task, token, atMs: nowMs() })
    onChange()
    wake()
  }

  const end = (code: number): void => {
    if (run === null) return
    ports.release(run.ports)
    run = null
    exitCode = code
    tell('ended')
  }

  const endLater = ({ afterMs, exitCode: code }: ProgramEnd): void => later(afterMs, () => end(code))

  return {
    view: () => ({ node, task, token, isRunning: run !== null }),
    observed: () =>
      run === null
        ? { state: 'exited', task, token, exitCode, signal: null }
        : { state: 'running', task, token, ...run },
    linesFrom: (from) => ({
      lines: lines.slice(Math.max(from - dropped, 0)),
      next: dropped + lines.length,
    }),
    behaviour: () => behaviourOf(spec, environment),
    start: (behaviour) => {
      if (run !== null) return
      if (behaviour.refusal !== null) throw refusalOf(behaviour.refusal, request)
      run = { ports: ports.bind(spec.ports), startedAtMs: Math.floor(wallMs()) }
      onTerm = behaviour.onTerm
      tell('started')
      print(behaviour.prints)
      if (behaviour.ends !== null) endLater(behaviour.ends)
    },
    terminate: () => {
      const present = run
      if (present !== null && onTerm !== null) {
        print(onTerm.prints)
        endLater(onTerm)
      }
      return () => {
        if (run === present) end(KILLED)
      }
    },
    end,
    onNext: (wakeOne) => {
      waiting.add(wakeOne)
      return () => void waiting.delete(wakeOne)
    },
  }
}
