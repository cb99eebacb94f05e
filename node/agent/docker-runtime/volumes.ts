/** Named volumes: made once, labelled as ours, kept when the task goes. */
import type Docker from 'dockerode'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Mount, ServiceSpec } from '../../../protocols/spec/index.ts'
import { type Engine, isRefusal, LOOK_TIMEOUT_MS } from './engine.ts'

/** Characters of the mesh's id, so that a second mesh on one engine has volumes of its own. */
const MESH_CHARACTERS = 8

/** How the engine knows the volume of a mount: the project's own under a name of ours, an external one as it is; null where it has no name. */
export const volumeName = (mesh: string, project: string, mount: Mount): string | null => {
  if (mount.type !== 'volume' || mount.source === null) return null
  return mount.external ? mount.source : `coterie_${mesh.slice(-MESH_CHARACTERS)}_${project}_${mount.source}`
}

/** Makes those that are the project's own and are not there. @throws `volumeMissing` of one that is external */
export const ensureVolumes = async (
  engine: Engine,
  mesh: string,
  { project, mounts = [] }: ServiceSpec,
  signal: AbortSignal,
): Promise<void> => {
  const look = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  for (const mount of mounts) {
    const name = volumeName(mesh, project, mount)
    if (name === null || mount.type !== 'volume') continue
    if (mount.external) await inspect(engine, look, name)
    else {
      const labels = { 'coterie.mesh': mesh, 'coterie.project': project, 'coterie.volume': `${mount.source}` }
      await engine.call(look, (docker) =>
        docker.createVolume({ Name: name, Labels: labels } as Docker.VolumeCreateOptions),
      )
    }
  }
}

const inspect = async (
  engine: Engine,
  look: { readonly timeoutMs: number; readonly signal: AbortSignal },
  name: string,
): Promise<void> => {
  try {
    await engine.call(look, (docker) => docker.getVolume(name).inspect())
  } catch (error) {
    throw isRefusal(error, 404) ? new CoterieError('volumeMissing', { volume: name }) : error
  }
}
