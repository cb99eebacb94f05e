/**
 * Logins for registries of images: given to the mesh by a person, told from member to member alone, kept sealed; else what the machine has
 * by itself. See docs/design/engine.md.
 */
import type { KeyObject } from 'node:crypto'
import {
  type KnownRegistry,
  REGISTRIES_MAX,
  type RegistriesAnswer,
  registriesAnswerCodec,
  registriesRequestCodec,
} from '../../protocols/engine/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { registryKey } from '../../protocols/spec/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContainerEngine, RegistryLogin, RegistryLogins } from '../ports/engine.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Requests } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'
import { type DockerConfigPlace, machineLogin } from './docker-config.ts'
import { createKeptLogins, type KeptLogin, sealingKey } from './kept-logins.ts'

/** A member that is there answers in milliseconds, and fetches what is offered meanwhile. */
const MEMBER_TIMEOUT_MS = 5_000

export interface RegistriesComponents {
  readonly requests: Requests
  readonly connections: Pick<Connections, 'self' | 'onPeer'>
  readonly engine: Pick<ContainerEngine, 'checkLogin'>
  /** A collection of its own. */
  readonly records: RecordStore
  readonly clock: Pick<Clock, 'wallMs'>
  readonly logger: Logger
  /** All other members, also such as do not answer. */
  members(): readonly NodeId[]
}

export interface RegistriesInit {
  /** Of the node. */
  readonly privateKey: KeyObject
  readonly machine: DockerConfigPlace
}

/** Who has what was said, and who does not yet. */
export interface Spread {
  readonly told: readonly NodeId[]
  readonly away: readonly NodeId[]
}

export interface Registries extends Service, RegistryLogins {
  /**
   * Tries a login at its registry, where this node has an engine, keeps it, and tells every member.
   * @throws `registryRefused`, `registryUnreachable`, `requestInvalid` beyond `REGISTRIES_MAX`, `storeFailed`
   */
  login(registry: string, login: RegistryLogin): Promise<Spread & { readonly checked: boolean }>
  /** @throws `registryUnknown`, `storeFailed` */
  logout(registry: string): Promise<Spread>
  list(): readonly { readonly registry: string; readonly username: string; readonly atMs: number }[]
}

export const createRegistries = (components: RegistriesComponents, init: RegistriesInit): Registries => {
  const { requests, connections, engine, records, clock, logger, members } = components
  const kept = createKeptLogins(records, sealingKey(init.privateKey))
  let unsubscribe = (): void => {}

  const known = (): KnownRegistry[] =>
    kept.all().map(({ registry, atMs }): KnownRegistry => ({ registry, atMs }))

  const ask = async (node: NodeId, request: Parameters<typeof registriesRequestCodec.encode>[0]) => {
    const options = { timeoutMs: MEMBER_TIMEOUT_MS }
    const payload = registriesRequestCodec.encode(request)
    return registriesAnswerCodec.decode(await requests.request(node, PROTOCOLS.registries, payload, options))
  }

  const offer = (node: NodeId) => ask(node, { type: 'offer', known: known() })

  /** Fetches from a member what it has that is newer. */
  const take = async (from: NodeId, offered: readonly KnownRegistry[]): Promise<void> => {
    for (const { registry, atMs } of offered) {
      if ((kept.of(registry)?.atMs ?? -1) >= atMs) continue
      const answer = await ask(from, { type: 'give', registry })
      if (answer.type === 'given') await keep({ registry, atMs: answer.atMs, login: answer.login })
    }
  }

  const keep = async (next: KeptLogin): Promise<void> => {
    const present = kept.of(next.registry)
    if (present !== null && present.atMs >= next.atMs) return
    if (present === null && kept.all().length >= REGISTRIES_MAX) {
      const detail = `the mesh keeps logins for ${REGISTRIES_MAX} registries at most`
      throw new CoterieError('requestInvalid', { detail })
    }
    await kept.keep(next)
  }

  const answer = async (from: NodeId, payload: Uint8Array): Promise<RegistriesAnswer> => {
    const request = registriesRequestCodec.decode(payload)
    if (request.type === 'offer') {
      await take(from, request.known)
      return { type: 'taken' }
    }
    const found = kept.of(request.registry)
    if (found === null) throw new CoterieError('registryUnknown', { registry: request.registry })
    return { type: 'given', atMs: found.atMs, login: found.login }
  }

  const spread = async (): Promise<Spread> => {
    const others = members()
    const results = await Promise.allSettled(others.map(offer))
    const answered = (place: number) => results[place]?.status === 'fulfilled'
    return {
      told: others.filter((_, place) => answered(place)),
      away: others.filter((_, place) => !answered(place)),
    }
  }

  /** Later than what it replaces, also where a clock went back. */
  const momentAfter = (registry: string): number =>
    Math.max(clock.wallMs(), (kept.of(registry)?.atMs ?? -1) + 1)

  requests.handleRequest(PROTOCOLS.registries, async (from, payload) =>
    registriesAnswerCodec.encode(await answer(from, payload)),
  )

  return {
    loginOf: async (asked) => {
      const registry = registryKey(asked)
      return kept.of(registry)?.login ?? (await machineLogin(init.machine, registry, logger))
    },
    login: async (asked, login) => {
      const registry = registryKey(asked)
      let checked = true
      try {
        await engine.checkLogin(registry, login)
      } catch (error) {
        // A node without an engine cannot try; whoever pulls will.
        if (!isCoterieError(error, 'engineUnreachable')) throw error
        checked = false
      }
      await keep({ registry, atMs: momentAfter(registry), login })
      logger.info({ registry, checked }, 'the mesh was given a login for a registry')
      return { ...(await spread()), checked }
    },
    logout: async (asked) => {
      const registry = registryKey(asked)
      if ((kept.of(registry)?.login ?? null) === null) throw new CoterieError('registryUnknown', { registry })
      await keep({ registry, atMs: momentAfter(registry), login: null })
      logger.info({ registry }, 'the login for a registry was taken from the mesh')
      return spread()
    },
    list: () =>
      kept
        .all()
        .flatMap(({ registry, atMs, login }) =>
          login === null ? [] : [{ registry, atMs, username: login.username }],
        )
        .toSorted((a, b) => (a.registry < b.registry ? -1 : 1)),
    start: async () => {
      const lost = await kept.load()
      if (lost > 0)
        logger.warn({ lost }, 'logins for registries were kept under another key: give them again')
      unsubscribe = connections.onPeer(({ type, peer }) => {
        if (type !== 'connected' || kept.all().length === 0) return
        offer(peer).catch((error: Error) =>
          logger.debug({ peer, detail: error.message }, 'an offer was not taken'),
        )
      })
    },
    stop: async () => unsubscribe(),
  }
}
