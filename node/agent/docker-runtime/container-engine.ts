/** What Docker does for us beside running tasks; see `node/ports/engine.ts`. */
import { totalmem } from 'node:os'
import type Docker from 'dockerode'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { USAGES_MAX } from '../../../protocols/engine/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { imageReference, parseImageName } from '../../../protocols/spec/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ContainerEngine, RegistryLogins } from '../../ports/engine.ts'
import { LABEL, type Owner, ownerLabels } from './container.ts'
import { ACT_TIMEOUT_MS, type Engine, isRefusal, LOOK_TIMEOUT_MS, refusalText } from './engine.ts'
import { openExec } from './exec.ts'
import { digestOf } from './pull.ts'
import { pullRefusal } from './pull-refusal.ts'
import { authOf } from './registry-auth.ts'
import { usageOf } from './usage.ts'

export interface ContainerEngineComponents {
  readonly engine: Engine
  readonly owner: Owner
  readonly clock: Clock
  readonly logins: RegistryLogins
  /** The container of a task of ours; null where there is none. */
  inspect(task: TaskId): Promise<Docker.ContainerInspectInfo | null>
}

const look = { timeoutMs: LOOK_TIMEOUT_MS }

export const createContainerEngine = (components: ContainerEngineComponents): ContainerEngine => {
  const { engine, owner, clock, logins, inspect } = components
  const machine = { memoryBytes: totalmem() }

  const statsOf = async (container: Docker.ContainerInfo) => {
    try {
      // One shot: without it the engine takes a second, to compare with.
      const options = { stream: false, 'one-shot': true } as { stream: false }
      const stats = await engine.call(look, (docker) => docker.getContainer(container.Id).stats(options))
      return [usageOf(container.Labels[LABEL.task] ?? '', stats, clock.wallMs(), machine)]
    } catch (error) {
      // It ended meanwhile.
      if (isRefusal(error)) return []
      throw error
    }
  }

  return {
    exec: async (task, start) => {
      const container = await inspect(task)
      if (container === null) throw new CoterieError('taskUnknown', { task })
      try {
        return await openExec({ container: container.Id, engine, clock }, start)
      } catch (error) {
        if (!isRefusal(error)) throw error
        throw new CoterieError('execFailed', { task, detail: refusalText(error) })
      }
    },
    usage: async () => {
      const filters = { label: ownerLabels(owner), status: ['running'] }
      const running = await engine.call(look, (docker, abortSignal) =>
        docker.listContainers({ filters, limit: USAGES_MAX, abortSignal }),
      )
      return (await Promise.all(running.map(statsOf))).flat()
    },
    image: async (image) => {
      try {
        const { RepoDigests = [] } = await engine.call(look, (docker) =>
          docker.getImage(imageReference(image)).inspect(),
        )
        const { registry, repository } = parseImageName(image)
        const own = (RepoDigests ?? []).map(parseImageName).find((name) => {
          return name.registry === registry && name.repository === repository
        })
        return { digest: own?.digest ?? null }
      } catch (error) {
        if (isRefusal(error, 404)) return null
        throw error
      }
    },
    digestOf: (image, signal) => digestOf({ engine, logins }, image, signal),
    removeImage: async (image) => {
      try {
        await engine.call({ timeoutMs: ACT_TIMEOUT_MS }, (docker) =>
          docker.getImage(imageReference(image)).remove({ force: false }),
        )
        return 'removed'
      } catch (error) {
        if (isRefusal(error, 404)) return 'absent'
        if (isRefusal(error, 409)) return 'kept'
        throw error
      }
    },
    imageDirectory: async () => (await engine.call(look, (docker) => docker.info())).DockerRootDir,
    checkLogin: async (registry, login) => {
      try {
        await engine.call({ timeoutMs: ACT_TIMEOUT_MS }, (docker) =>
          docker.checkAuth(authOf(registry, login)),
        )
      } catch (error) {
        if (!isRefusal(error)) throw error
        const refusal = pullRefusal(`${registry}/-`, refusalText(error))
        if (!isCoterieError(refusal, 'imageUnavailable')) throw refusal
        throw new CoterieError('registryRefused', { registry, detail: refusal.data.detail })
      }
    },
  }
}
