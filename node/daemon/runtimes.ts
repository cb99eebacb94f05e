import { statfs } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { imageReference } from '../../protocols/spec/index.ts'
import { createDockerRuntime } from '../agent/docker-runtime/index.ts'
import { createProcessRuntime } from '../agent/process-runtime/index.ts'
import { createImages, type Images } from '../images/index.ts'
import type { ContainerEngine, UsageMeter } from '../ports/engine.ts'
import type { Runtime } from '../ports/runtime.ts'
import { createRegistries, type Registries } from '../registries/index.ts'
import { createTaskGroups } from '../watchdog/index.ts'
import type { Ground } from './ground.ts'
import type { MeshFile } from './mesh-file.ts'
import type { Planes } from './planes.ts'

const HOUR_MS = 3_600_000
const GIBIBYTE = 1024 ** 3

/** What runs tasks on this machine, and what goes with it. */
export interface Runtimes {
  /** As far as the settings allow it. */
  readonly runtimes: readonly (Runtime & UsageMeter)[]
  /** One of them, as who asks it for other things has it. */
  readonly engine: ContainerEngine & Pick<Runtime, 'probe'>
  readonly images: Images
  readonly registries: Registries
}

/** Of services that are there, in all revisions that are kept. */
const pinnedImages = ({ decisions: { view }, intent }: Planes): ReadonlySet<string> => {
  const heads = [...view.objects.values()].filter(({ removed }) => !removed)
  const revisions = new Set(heads.flatMap(({ history }) => history))
  return new Set(
    [...revisions].flatMap((revision) => {
      const image = intent.resolveSpec(revision)?.image ?? null
      return image === null ? [] : [imageReference(image)]
    }),
  )
}

/** An engine may have its directory on another machine, or where this user may not look. */
const freeBytes = (directory: string): Promise<number | null> =>
  statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )

/** `planes` are asked for once all is started. */
export const openRuntimes = (
  ground: Ground,
  { mesh }: Pick<MeshFile, 'mesh'>,
  planes: () => Planes,
): Runtimes => {
  const { settings, clock, random, network, store, privateKey } = ground
  const logger = ground.logger.child({ part: 'runtime' })
  const node = network.connections.self
  const docker = createDockerRuntime(
    {
      clock,
      random,
      logger,
      logins: { loginOf: (registry) => registries.loginOf(registry) },
      images: {
        pulling: (image) => images.pulling(image),
        failed: (image) => images.failed(image),
        needed: (image) => images.needed(image),
      },
    },
    { mesh, node, socketPath: settings.dockerSocket, allows: settings.allow },
  )
  const registries = createRegistries(
    {
      requests: network.requests,
      connections: network.connections,
      engine: docker,
      records: store.records('registries'),
      clock,
      logger: ground.logger.child({ part: 'registries' }),
      members: () => [...planes().decisions.view.nodes.keys()].filter((member) => member !== node),
    },
    { privateKey, machine: { env: process.env, home: homedir() } },
  )
  const images = createImages(
    {
      engine: docker,
      records: store.records('images'),
      clock,
      logger: ground.logger.child({ part: 'images' }),
      pinned: () => pinnedImages(planes()),
      freeBytes,
    },
    { ageMs: settings.imageAge * HOUR_MS, floorBytes: settings.imageFloor * GIBIBYTE },
  )
  const groups = createTaskGroups()
  const processes = () =>
    createProcessRuntime({ groups, clock, logger }, { node, dir: join(settings.dataDir, 'tasks') })
  return {
    runtimes: settings.processes ? [docker, processes()] : [docker],
    engine: docker,
    images,
    registries,
  }
}
