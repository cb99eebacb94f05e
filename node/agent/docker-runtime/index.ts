/**
 * Tasks as Docker containers; the only importer of dockerode. Containers run on while the daemon is away and are found again
 * by their labels; whatever lacks these labels is never touched.
 */
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { imageReference } from '../../../protocols/spec/index.ts'
import type { Pull } from '../../../protocols/tasks/index.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { ContainerEngine, ImageWatch, RegistryLogins } from '../../ports/engine.ts'
import type { Logger } from '../../ports/logger.ts'
import type { LogLine, LogsOptions, Runtime, TaskStart } from '../../ports/runtime.ts'
import type { KillHandle } from '../../ports/watchdog.ts'
import { checkAllowed } from './allowed.ts'
import { checkApi, needsRecentApi } from './api-needed.ts'
import { containerName, containerOf, type Owner, ownerLabels } from './container.ts'
import { createContainerEngine } from './container-engine.ts'
import { createDiskLimits } from './disk-limit.ts'
import {
  ACT_TIMEOUT_MS,
  codedError,
  createEngine,
  isRefusal,
  LOOK_TIMEOUT_MS,
  refusalText,
} from './engine.ts'
import { createEvents } from './events.ts'
import { linesOfFrames, linesOfTerminal } from './frames.ts'
import { type EngineGroups, handleOfCreated, handleOfRunning } from './kill-handle.ts'
import { isOwn, observedTask } from './observed.ts'
import { ensureImage } from './pull.ts'
import { ensureVolumes } from './volumes.ts'

export interface DockerRuntimeComponents {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Nobody knows a login where it is absent. */
  readonly logins?: RegistryLogins
  readonly images?: ImageWatch
}

/** Runs tasks, and does what else an engine can. */
export type DockerRuntime = Runtime & ContainerEngine

export interface DockerRuntimeInit extends Owner {
  /** Null for what `DOCKER_HOST` names, or the default socket. */
  readonly socketPath: string | null
  /** What containers may reach of this machine, in the words of `beyondOf`. */
  readonly allows: readonly string[]
}

/** What the engine meant when it refused to start a container. Its words are all there is to tell the cases apart. */
const startError = (error: unknown, { task, spec }: TaskStart): unknown => {
  if (!isRefusal(error)) return error
  const detail = refusalText(error)
  const taken =
    /(?:for|listen tcp4?|listen udp4?) \S*?:(\d+)(?:: bind)?.*?(?:already allocated|already in use)/s.exec(
      detail,
    )
  if (taken !== null)
    return new CoterieError('portInUse', { address: '0.0.0.0', port: Number(taken[1]), owner: null })
  if (/exec: "(?!docker-init).*(not found|no such file|permission denied)/s.test(detail))
    return new CoterieError('commandNotFound', { command: spec.command?.[0] ?? `of ${spec.image}`, detail })
  return new CoterieError('startFailed', { task, detail })
}

/** Ignores what is as it should be already. */
const unless = async (call: Promise<unknown>, ...statusCodes: readonly number[]): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isRefusal(error, ...statusCodes)) throw error
  }
}

/** Between being asked to stop and being killed, where nobody says; Docker's own default. */
const STOP_GRACE_S = 10

/** Seconds that the container was made with. */
const ownGraceS = ({ Config }: Docker.ContainerInspectInfo): number =>
  (Config as { readonly StopTimeout?: number }).StopTimeout ?? STOP_GRACE_S

/** A start that ended so made no container, or cannot ask for its removal. */
const LEAVE_IT: ReadonlySet<unknown> = new Set([
  'imageUnavailable',
  'imageArchitectureWrong',
  'registryRefused',
  'registryUnreachable',
  'runtimeMissing',
  'engineUnreachable',
  'beyondNotAllowed',
  'volumeMissing',
  'engineTooOld',
])

const NO_LOGINS: RegistryLogins = { loginOf: async () => null }
const NO_WATCH: ImageWatch = {
  pulling: async () => {},
  failed: async () => {},
  needed: () => {},
}

/** A runtime over one engine. Nothing is connected, nor the library loaded, before the first call. */
export const createDockerRuntime = (
  components: DockerRuntimeComponents,
  { mesh, node, socketPath, allows }: DockerRuntimeInit,
): DockerRuntime => {
  const { clock, logins = NO_LOGINS, images = NO_WATCH } = components
  const owner = { mesh, node }
  const engine = createEngine(clock, socketPath)
  const events = createEvents({ ...components, engine }, owner)
  const limitingDisk = createDiskLimits(components.logger)
  const look = { timeoutMs: LOOK_TIMEOUT_MS }
  const act = { timeoutMs: ACT_TIMEOUT_MS }
  const containerIn = (docker: Docker, task: TaskId) => docker.getContainer(containerName(owner, task))

  /** Null where there is no such container. */
  const inspect = async (nameOrId: string): Promise<Docker.ContainerInspectInfo | null> => {
    try {
      return await engine.call(look, (docker, abortSignal) =>
        docker.getContainer(nameOrId).inspect({ abortSignal }),
      )
    } catch (error) {
      if (isRefusal(error, 404)) return null
      throw error
    }
  }

  /** Null where it has none, or one of somebody else bears its name. */
  const ownContainer = async (task: TaskId): Promise<Docker.ContainerInspectInfo | null> => {
    const found = await inspect(containerName(owner, task))
    return found !== null && isOwn(owner, found) ? found : null
  }

  const remove = async (task: TaskId): Promise<void> => {
    if ((await ownContainer(task)) === null) return
    // 409: it is being removed already.
    await unless(
      engine.call(act, (docker) => containerIn(docker, task).remove({ force: true, v: true })),
      404,
      409,
    )
  }

  const create = async (start: TaskStart, signal: AbortSignal): Promise<void> => {
    const { task, spec } = start
    if (spec.image === null)
      throw new CoterieError('runtimeMissing', { service: spec.name, detail: 'it names no image' })
    const { image, platform, pull } = spec
    await checkAllowed(spec, allows)
    if (needsRecentApi(spec))
      checkApi(spec, (await engine.call(look, (docker) => docker.version())).ApiVersion)
    const onPull = (progress: Pull) => start.onPull?.(progress)
    await ensureImage({ engine, clock, logins, images }, { image, platform, pull }, onPull, signal)
    await ensureVolumes(engine, mesh, spec, signal)
    const reference = imageReference(image)
    const { Config } = await engine.call({ ...look, signal }, (docker) =>
      docker.getImage(reference).inspect(),
    )
    const make = (container: Docker.ContainerCreateOptions): Promise<void> => {
      // The library would also put the body, environment included, into the address; these two names prevent that.
      const request = {
        _query: { name: containerName(owner, task), ...(platform !== undefined && { platform }) },
        _body: container,
      }
      // 409: another start of the same task was quicker.
      return unless(
        engine.call({ ...act, signal }, (docker, abortSignal) =>
          docker.createContainer({ ...request, abortSignal } as Docker.ContainerCreateOptions),
        ),
        409,
      )
    }
    await limitingDisk({ ...containerOf(owner, start, Config ?? {}), Image: reference }, make)
  }

  const start = async (start: TaskStart, signal: AbortSignal): Promise<void> => {
    const { task } = start
    const present = await inspect(containerName(owner, task))
    if (present !== null && !isOwn(owner, present)) {
      const detail = `a container that is not ours has the name ${containerName(owner, task)}`
      throw new CoterieError('startFailed', { task, detail })
    }
    if (present?.State.Running) return
    try {
      if (present === null) await create(start, signal)
      await start.onPrepared()
      await unless(
        engine.call({ ...act, signal }, (docker, abortSignal) =>
          containerIn(docker, task).start({ abortSignal }),
        ),
        304,
      )
    } catch (error) {
      if (present === null && !(isCoterieError(error) && LEAVE_IT.has(error.code))) await remove(task)
      throw startError(error, start)
    }
  }

  const stop = async (task: TaskId, graceMs: number | null): Promise<void> => {
    const container = await ownContainer(task)
    if (container === null) return
    const graceS = graceMs === null ? ownGraceS(container) : Math.ceil(graceMs / 1000)
    await unless(
      engine.call({ timeoutMs: graceS * 1000 + ACT_TIMEOUT_MS }, (docker, abortSignal) =>
        containerIn(docker, task).stop({ t: graceS, abortSignal }),
      ),
      304,
      404,
    )
  }

  const killHandle = async (task: TaskId): Promise<KillHandle> => {
    const container = await ownContainer(task)
    if (container === null)
      throw new CoterieError('killHandleUnknown', { task, detail: 'there is no container of it' })
    const { Id: id, State } = container
    if (State.Running) return handleOfRunning(task, id, State.Pid)
    const { CgroupDriver, CgroupVersion, SecurityOptions } = (await engine.call(look, (docker) =>
      docker.info(),
    )) as EngineGroups
    return handleOfCreated(task, id, {
      driver: CgroupDriver,
      version: CgroupVersion,
      parent: container.HostConfig.CgroupParent ?? '',
      isRootless: (SecurityOptions ?? []).some((option) => option.includes('rootless')),
    })
  }

  async function* logs(task: TaskId, { tail, follow, signal }: LogsOptions): AsyncGenerator<LogLine> {
    const options = {
      stdout: true,
      stderr: true,
      timestamps: true,
      ...(tail === null ? {} : { tail }),
      abortSignal: signal,
    }
    try {
      const found = await ownContainer(task)
      if (found === null) throw new CoterieError('taskUnknown', { task })
      const chunks = await engine.call({ ...look, signal }, async (docker) => {
        const container = containerIn(docker, task)
        if (!follow) return Readable.from([await container.logs({ ...options, follow: false })])
        return container.logs({ ...options, follow: true })
      })
      yield* found.Config.Tty ? linesOfTerminal(chunks) : linesOfFrames(chunks)
    } catch (error) {
      if (signal.aborted) return
      throw isRefusal(error, 404) ? new CoterieError('taskUnknown', { task }) : codedError(error)
    }
  }

  return {
    ...createContainerEngine({ engine, owner, clock, logins, inspect: ownContainer }),
    kind: 'docker',
    probe: async () => {
      try {
        await engine.call(look, (docker) => docker.ping())
        return null
      } catch (error) {
        return isCoterieError(error, 'engineUnreachable') ? error.data.detail : (error as Error).message
      }
    },
    list: async () => {
      const found = await engine.call(look, (docker, abortSignal) =>
        docker.listContainers({ all: true, filters: { label: ownerLabels(owner) }, abortSignal }),
      )
      const inspected = await Promise.all(found.map(({ Id }) => inspect(Id)))
      return inspected.flatMap((container) => (container && observedTask(container)) ?? [])
    },
    start,
    stop,
    remove,
    killHandle,
    logs,
    onChange: events.subscribe,
    close: async () => events.close(),
  }
}
