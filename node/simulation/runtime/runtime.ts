import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'
import type { LogLine, LogsOptions, Runtime, TaskStart } from '../../ports/runtime.ts'
import type { KillHandle } from '../../ports/watchdog.ts'
import { between, type Range } from '../random.ts'
import type { Settle } from '../settle.ts'
import { ACT_TIMEOUT_MS, createCall, LOOK_TIMEOUT_MS } from './client.ts'
import type { Container } from './container.ts'
import { groupHandle } from './control-group.ts'
import type { SimulatedEngine } from './engine-types.ts'
import { followLines } from './follow-lines.ts'

/** An answer without any work, in milliseconds. */
const LOOK_MS: Range = [0.5, 20]
/** Creating or removing a container, in milliseconds. */
const ACT_MS: Range = [10, 300]
/** Asking a registry for what it does not have, in milliseconds. */
const ASK_MS: Range = [100, 2_000]
/** A start that ended so made no container, or cannot ask for its removal. */
const LEAVE_IT: ReadonlySet<unknown> = new Set(['imageUnavailable', 'runtimeMissing', 'engineUnreachable'])
/** Between being asked to stop and being killed, where nobody says. */
const STOP_GRACE_MS = 10_000
/** The longest pull that is waited for. */
const PULL_TIMEOUT_MS = 10 * 60_000

export interface SimulatedRuntimeComponents {
  /** Made by `createSimulatedEngine`. */
  readonly engine: SimulatedEngine
  after(afterMs: number, task: () => void): () => void
  readonly random: Random
  /** How results reach the process; where it is not given, at once. */
  readonly settle?: Settle
}

/** The runtime of one life of the daemon of `node`; its containers are the engine's. */
export const openSimulatedRuntime = (
  { engine, after, random, settle = (task) => task() }: SimulatedRuntimeComponents,
  { node }: { readonly node: NodeId },
): Runtime => {
  const { service } = engine
  const call = createCall(service, after, settle)
  const ends = new Set<() => void>()
  const look = () => ({ durationMs: between(random, LOOK_MS), timeoutMs: LOOK_TIMEOUT_MS })
  const act = () => ({ durationMs: between(random, ACT_MS), timeoutMs: ACT_TIMEOUT_MS })
  const find = (task: TaskId, signal?: AbortSignal): Promise<Container | null> =>
    call({ ...look(), ...(signal && { signal }) }, (answer) => answer(service.find(node, task)))

  const ensureImage = async ({ spec }: TaskStart, image: string, signal: AbortSignal): Promise<void> => {
    if (await call<boolean>({ ...look(), signal }, (answer) => answer(service.images.has(image)))) return
    const { pullMs } = service.behaviour(spec)
    const durationMs = pullMs ?? between(random, ASK_MS)
    await call<void>({ durationMs, timeoutMs: PULL_TIMEOUT_MS, signal }, (answer) => {
      if (pullMs === null) throw new CoterieError('imageUnavailable', { image, detail: 'manifest unknown' })
      service.images.add(image)
      answer()
    })
  }

  const create = async (start: TaskStart, signal: AbortSignal): Promise<Container> => {
    const { name, image } = start.spec
    if (image === null)
      throw new CoterieError('runtimeMissing', { service: name, detail: 'it names no image' })
    await ensureImage(start, image, signal)
    return call({ ...act(), signal }, (answer) => answer(service.create(node, start)))
  }

  const begin = (task: TaskId, container: Container, signal: AbortSignal): Promise<void> => {
    const behaviour = container.behaviour()
    return call({ durationMs: behaviour.startMs, timeoutMs: ACT_TIMEOUT_MS, signal }, (answer) => {
      // By its name, as Docker is asked: it may have been removed meanwhile.
      const present = service.find(node, task)
      if (present === null) throw new CoterieError('startFailed', { task, detail: 'no such container' })
      present.start(behaviour)
      answer()
    })
  }

  const remove = (task: TaskId): Promise<void> =>
    call(act(), (answer) => {
      service.remove(node, task)
      answer()
    })

  const start = async (start: TaskStart, signal: AbortSignal): Promise<void> => {
    const { task } = start
    const present = await find(task)
    if (present?.view().isRunning) return
    try {
      const container = present ?? (await create(start, signal))
      await start.onPrepared()
      await begin(task, container, signal)
    } catch (error) {
      if (present === null && !(isCoterieError(error) && LEAVE_IT.has(error.code))) await remove(task)
      throw error
    }
  }

  const killHandle = async (task: TaskId): Promise<KillHandle> => {
    if ((await find(task)) === null)
      throw new CoterieError('killHandleUnknown', { task, detail: 'there is no container of it' })
    return groupHandle(node, task)
  }

  async function* logs(task: TaskId, options: LogsOptions): AsyncGenerator<LogLine> {
    const { signal } = options
    const container = await find(task, signal).catch((error: unknown) => {
      if (signal.aborted) return 'aborted' as const
      throw error
    })
    if (container === 'aborted') return
    if (container === null) throw new CoterieError('taskUnknown', { task })
    yield* followLines(container, options, settle)
  }

  return {
    kind: 'docker',
    probe: async () => {
      try {
        return await call<null>(look(), (answer) => answer(null))
      } catch (error) {
        return isCoterieError(error, 'engineUnreachable') ? error.data.detail : (error as Error).message
      }
    },
    list: () =>
      call(look(), (answer) => answer(service.containersOf(node).map((container) => container.observed()))),
    start,
    stop: (task, given) => {
      const graceMs = given ?? STOP_GRACE_MS
      return call({ ...look(), timeoutMs: graceMs + ACT_TIMEOUT_MS }, (answer) => {
        const container = service.find(node, task)
        if (container === null) answer()
        else service.stop(container, Math.ceil(graceMs / 1000) * 1000, answer)
      })
    },
    remove,
    killHandle,
    logs,
    onChange: (listener) => {
      const end = service.onEvent(() => settle(listener))
      ends.add(end)
      return () => {
        ends.delete(end)
        end()
      }
    },
    close: async () => {
      for (const end of ends) end()
      ends.clear()
    },
  }
}
