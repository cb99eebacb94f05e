/** A login for a registry as the engine takes it, with each request that may ask one. */
import { DOCKER_HUB, parseImageName } from '../../../protocols/spec/index.ts'
import type { RegistryLogin, RegistryLogins } from '../../ports/engine.ts'

/** In the engine's words. A name of this form says that the secret is a token. */
export const authOf = (registry: string, { username, secret }: RegistryLogin) => {
  const serveraddress = registry === DOCKER_HUB ? 'https://index.docker.io/v1/' : registry
  return username === '<token>'
    ? { identitytoken: secret, serveraddress, username: '', password: '' }
    : { username, password: secret, serveraddress }
}

/** The login for the registry of an image, as dockerode takes it. */
export const loginFor = async (logins: RegistryLogins, image: string) => {
  const { registry } = parseImageName(image)
  const login = await logins.loginOf(registry)
  return login === null ? {} : { authconfig: authOf(registry, login) }
}
