import type { Settings } from '../protocols/control/settings/index.ts'
import type { RemotePlace } from './client.ts'

/** The daemon with that URL, whose certificate ends at a root that is trusted here. */
export const placeAt = (
  settings: Pick<Settings, 'configDir' | 'socket'>,
  url: string,
  token: RemotePlace['token'],
): RemotePlace => ({
  url,
  token,
  authorities: async () => (await import('./trust/authorities.ts')).authorities(settings),
})
