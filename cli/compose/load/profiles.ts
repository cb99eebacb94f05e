/** Services of profiles that are not active stay away: Compose Specification, chapter 15 (Profiles). */
import type { Mapping } from '../../yaml.ts'
import { itemsOf, mapEntries, textOf, valueAt, withoutEntry } from '../tree.ts'

/** Stands for all profiles, as in Docker Compose. */
const ALL = '*'

export interface Chosen {
  /** Those that are there, in whatever profiles. */
  readonly services: Mapping
  /** The profiles of each service that stays away. */
  readonly inactive: ReadonlyMap<string, readonly string[]>
}

export const chooseServices = (services: Mapping, active: readonly string[]): Chosen => {
  const inactive = new Map<string, readonly string[]>()
  const chosen = mapEntries(services, (service, name) => {
    const profiles = itemsOf(valueAt(service, 'profiles')).flatMap((item) => textOf(item) ?? [])
    const isActive =
      profiles.length === 0 || active.includes(ALL) || profiles.some((profile) => active.includes(profile))
    if (isActive)
      return service.kind === 'mapping' && profiles.length > 0 ? withoutEntry(service, 'profiles') : service
    inactive.set(name, profiles)
    return undefined
  })
  return { services: chosen, inactive }
}
