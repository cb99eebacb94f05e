/** Keys that an older engine would leave out without a word. Source: Docker Engine API version history. */
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'

const NEEDS: readonly (readonly [key: string, api: string, isSaid: (spec: ServiceSpec) => boolean])[] = [
  ['annotations', '1.43', ({ container }) => container?.annotations !== undefined],
  ['healthcheck.start_interval', '1.44', ({ healthcheck }) => healthcheck?.startIntervalMs !== undefined],
]

/** Whether the engine must be asked for its version. */
export const needsRecentApi = (spec: ServiceSpec): boolean => NEEDS.some(([, , isSaid]) => isSaid(spec))

/** `api`: what the engine speaks, such as `1.41`. @throws `engineTooOld` */
export const checkApi = (spec: ServiceSpec, api: string): void => {
  const [major = 0, minor = 0] = api.split('.').map(Number)
  for (const [key, needed, isSaid] of NEEDS) {
    const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number)
    const isOld = major < neededMajor || (major === neededMajor && minor < neededMinor)
    if (isSaid(spec) && isOld)
      throw new CoterieError('engineTooOld', { service: spec.name, key, needed, api })
  }
}
