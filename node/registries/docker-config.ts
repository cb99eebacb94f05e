/**
 * What this machine has of logins for registries, where the docker command keeps them: in `config.json`, or behind a helper that it
 * names. Source: docker/cli, `cli/config/configfile`; docker/docker-credential-helpers, "Development".
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { DOCKER_HUB, registryKey } from '../../protocols/spec/index.ts'
import type { RegistryLogin } from '../ports/engine.ts'
import type { Logger } from '../ports/logger.ts'

/** A helper may ask a key ring, or a service of a cloud. */
const HELPER_TIMEOUT_MS = 10_000
const HELPER_BYTES_MAX = 64 * 1024
/** It becomes the name of a program. */
const HELPER_NAME = /^[A-Za-z0-9._-]{1,64}$/
/** What the docker command calls Docker Hub. */
const HUB_ADDRESS = 'https://index.docker.io/v1/'

const Text = Type.Optional(Type.String())
const ConfigSchema = Type.Object({
  auths: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({ auth: Text, username: Text, password: Text, identitytoken: Text }),
    ),
  ),
  credHelpers: Type.Optional(Type.Record(Type.String(), Type.String())),
  credsStore: Text,
})
const AnswerSchema = Type.Object({ Username: Type.String(), Secret: Type.String() })

export interface DockerConfigPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

interface Written {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

/** An entry without a secret says that a helper has it. */
const writtenLogin = ({ auth, username, password, identitytoken }: Written): RegistryLogin | null => {
  if (identitytoken) return { username: '<token>', secret: identitytoken }
  if (username && password) return { username, secret: password }
  const text = Buffer.from(auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '')
  const colon = text.indexOf(':')
  return colon < 1 ? null : { username: text.slice(0, colon), secret: text.slice(colon + 1) }
}

const addressOf = (registry: string): string => (registry === DOCKER_HUB ? HUB_ADDRESS : registry)

/** Null where the helper has none, or does not answer as one does. */
const askHelper = (helper: string, registry: string): Promise<RegistryLogin | null> =>
  new Promise((resolve) => {
    const options = {
      timeout: HELPER_TIMEOUT_MS,
      maxBuffer: HELPER_BYTES_MAX,
      killSignal: 'SIGKILL',
    } as const
    const child = execFile(`docker-credential-${helper}`, ['get'], options, (error, stdout) => {
      const answer = error === null ? parse(stdout) : null
      resolve(Value.Check(AnswerSchema, answer) ? { username: answer.Username, secret: answer.Secret } : null)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(addressOf(registry))
  })

/** The login that the user of the daemon has for that registry; null where there is none. Read anew each time: others write it. */
export const machineLogin = async (
  { env, home }: DockerConfigPlace,
  registry: string,
  logger: Logger,
): Promise<RegistryLogin | null> => {
  const path = join(env.DOCKER_CONFIG ?? join(home, '.docker'), 'config.json')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const config = parse(text)
  if (!Value.Check(ConfigSchema, config)) {
    logger.warn(
      { path },
      "docker's config.json cannot be read: registries are asked without what it may hold",
    )
    return null
  }
  const { auths = {}, credHelpers = {}, credsStore } = config
  const own = <Found>(found: Readonly<Record<string, Found>>) =>
    Object.entries(found).find(([name]) => registryKey(name) === registry)?.[1]
  const helper = own(credHelpers) ?? credsStore
  if (helper !== undefined && HELPER_NAME.test(helper)) {
    const login = await askHelper(helper, registry)
    if (login !== null) return login
  }
  const written = own(auths)
  return written === undefined ? null : writtenLogin(written)
}
