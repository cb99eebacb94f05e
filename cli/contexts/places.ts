/** Where a command asks: the socket of this machine, a URL, or the entries of a context one after the other. */
import type { ResolvedSettings, Settings } from '../../protocols/control/settings/index.ts'
import type { Place, RemotePlace } from '../client.ts'
import { placeAt } from '../remote-place.ts'
import { chosenContext } from './chosen.ts'

/** @throws `contextUnknown`, `contextFileUnusable` */
export const placeOf = async (settings: ResolvedSettings): Promise<Place> => {
  const { values } = settings
  const context = await chosenContext(settings)
  if (context !== null) {
    const { name, entries } = context
    return { context: name, entries: entries.map((url) => remote(values, url, entries)) }
  }
  return values.api === null ? { socketPath: values.socket } : remote(values, values.api, [])
}

/** A token of one entry counts at the others too, as long as it is fresh. */
const remote = (values: Settings, url: string, entries: readonly string[]): RemotePlace =>
  placeAt(values, url, async () => {
    const { accessToken, freshToken } = await import('../login/access-token.ts')
    for (const each of [url, ...entries]) {
      const token = await freshToken(values, each)
      if (token !== null) return token
    }
    return await accessToken(values, url)
  })

/** The APIs at which a login is meant. @throws `contextUnknown`, `contextFileUnusable` */
export const loginUrls = async (settings: ResolvedSettings): Promise<readonly string[]> => {
  const { api, apiPort } = settings.values
  return (await chosenContext(settings))?.entries ?? [api ?? `http://127.0.0.1:${apiPort}`]
}
