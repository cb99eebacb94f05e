import type { Settings } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { createClient } from '../client.ts'
import { placeAt } from '../remote-place.ts'
import { changeLogin, type Login, loginAt, loginFileIn } from './login-file.ts'

/** A request shall not meet the end of its token on the way. */
const SPARE_MS = 60_000

const isFresh = (login: Login | null): login is Login =>
  login !== null && login.accessUntilMs > Date.now() + SPARE_MS

/** The token of the login there, as long as it is fresh; null where there is none. @throws `loginFileUnusable` */
export const freshToken = async (
  { configDir }: Pick<Settings, 'configDir'>,
  url: string,
): Promise<string | null> => {
  const known = await loginAt(loginFileIn(configDir), url)
  return isFresh(known) ? known.access : null
}

/** The token for that API, refreshed where its end is near. @throws `loginMissing`, `loginFileUnusable`, `sessionOver`, ... */
export const accessToken = async (
  settings: Pick<Settings, 'configDir' | 'socket'>,
  url: string,
): Promise<string> => {
  const path = loginFileIn(settings.configDir)
  const known = await loginAt(path, url)
  if (isFresh(known)) return known.access
  const missing = () => Promise.reject(new CoterieError('loginMissing', { url }))
  if (known === null) return await missing()
  const client = createClient({ place: async () => placeAt(settings, url, missing) })
  const next = await changeLogin(path, url, async (present) => {
    // Another command may have refreshed it meanwhile.
    if (present === null || isFresh(present)) return present
    const { user, refresh } = present
    return { user, ...(await client.call('POST /v1/login/refresh', { body: { refresh } })) }
  })
  return next?.access ?? (await missing())
}
