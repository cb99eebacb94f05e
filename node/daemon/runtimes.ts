import { join } from 'node:path'
import { createDockerRuntime } from '../agent/docker-runtime/index.ts'
import { createProcessRuntime } from '../agent/process-runtime/index.ts'
import type { Runtime } from '../ports/runtime.ts'
import { createTaskGroups } from '../watchdog/index.ts'
import type { Ground } from './ground.ts'
import type { MeshFile } from './mesh-file.ts'

/** What runs tasks on this machine, as far as the settings allow it. */
export const openRuntimes = (ground: Ground, { mesh }: Pick<MeshFile, 'mesh'>): Runtime[] => {
  const { settings, clock, random, network } = ground
  const logger = ground.logger.child({ part: 'runtime' })
  const node = network.connections.self
  const docker = createDockerRuntime(
    { clock, random, logger },
    { mesh, node, socketPath: settings.dockerSocket },
  )
  if (!settings.processes) return [docker]
  const groups = createTaskGroups()
  return [
    docker,
    createProcessRuntime({ groups, clock, logger }, { node, dir: join(settings.dataDir, 'tasks') }),
  ]
}
