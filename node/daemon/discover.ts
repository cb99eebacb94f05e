/** `coterie discover`: every way of finding the mesh, tried without being found, beside the daemon or without one. */
import { access, constants } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type {
  Discovered,
  DiscoverRequest,
  FoundPlace,
  MethodFindings,
} from '../../protocols/control/index.ts'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { meshIdOf, parseToken } from '../../protocols/credentials/index.ts'
import { formatRecords, recordName } from '../../protocols/discovery/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { discoveryTag } from '../join/index.ts'
import { connectMs, isLoopbackOnly, nodeIdOf, parseListenAddress } from '../network/index.ts'
import type { Discovery, DiscoveryMethod, FoundNode } from '../ports/discovery.ts'
import { loadIdentity } from '../storage/index.ts'
import { createDiscoveries } from './discoveries.ts'
import { createJsonLogger } from './json-logger.ts'
import { loadMeshFile } from './mesh-file.ts'
import { systemClock } from './system-clock.ts'

const METHODS: readonly DiscoveryMethod[] = ['address', 'mdns', 'broadcast', 'dns']

/** One connection; a machine of the LAN answers in a few milliseconds, one behind the sea within this. */
const CONNECT_TIMEOUT_MS = 2_000

/** Nodes and addresses listed of one method: those of a large mesh, and no more than a liar can add. */
const FOUND_MAX = 256

/** See `DiscoverModule`. */
export const discover = async (request: DiscoverRequest): Promise<Discovered> => {
  const { timeoutMs, signal } = request
  const { values: settings } = request.settings
  const { mesh, self, known } = await placeOf(request)
  const listening = settings.listen.map((address) => parseListenAddress(address, settings.discoveryPort))
  const discoveries = createDiscoveries(
    {
      logger: createJsonLogger(settings.logLevel === 'debug' ? 'debug' : 'silent'),
      clock: systemClock,
      random: Math.random,
    },
    { settings, mesh, known, listening, announce: null },
  )
  const looking = new Map(discoveries.map((discovery) => [discovery.method, look(discovery, signal)]))
  // Interrupted, it tells what was found until then.
  await setTimeout(timeoutMs, undefined, { signal }).catch(() => {})
  const methods = await Promise.all(
    METHODS.map(async (method): Promise<MethodFindings> => {
      const { found, reason } = (await looking.get(method)?.end()) ?? { found: [], reason: null }
      return {
        method,
        found,
        reason: found.length > 0 ? null : (reason ?? whyUnused(method, settings)),
      }
    }),
  )
  return { self, methods, record: recordOf(discoveryTag(mesh), settings.discoveryDomain, methods) }
}

/** Which mesh to look for, as whom, and where its members were, as a token tells. */
const placeOf = async ({ settings, token }: DiscoverRequest) => {
  const { dataDir } = settings.values
  if (token !== null) {
    const { rootHash, addresses } = parseToken(token).terms
    return { mesh: meshIdOf(rootHash), self: null, known: addresses }
  }
  await access(dataDir, constants.R_OK | constants.X_OK).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'EACCES')
      throw new CoterieError('discoveryMeshUnknown', { detail: `${dataDir} belongs to another user` })
  })
  const file = await loadMeshFile(dataDir)
  if (file === null)
    throw new CoterieError('discoveryMeshUnknown', { detail: `no member of a mesh is in ${dataDir}` })
  const identity = await loadIdentity(dataDir)
  return { mesh: file.mesh, self: identity === null ? null : nodeIdOf(identity.privateKey), known: [] }
}

/** Runs one discovery until `end`, which tells what it found. */
const look = (discovery: Discovery, signal: AbortSignal) => {
  const startedAtMs = performance.now()
  const places = new Map<string, Promise<FoundPlace>>()
  discovery.onFound(({ node, addresses }: FoundNode) => {
    const key = node ?? addresses.join()
    if (places.has(key) || places.size === FOUND_MAX) return
    const foundMs = Math.round(performance.now() - startedAtMs)
    const place = async (): Promise<FoundPlace> => {
      const options = { timeoutMs: CONNECT_TIMEOUT_MS, signal }
      const opened = await Promise.all(addresses.map((address) => connectMs(address, options)))
      const quickest = opened.filter((ms) => ms !== null).sort((a, b) => a - b)[0]
      return { node, addresses, foundMs, connectMs: quickest === undefined ? null : Math.round(quickest) }
    }
    places.set(key, place())
  })
  const started = discovery.start().then(
    () => null,
    (error: unknown) => String(error),
  )
  return {
    end: async () => {
      const failure = await started
      const reason = failure ?? discovery.trouble() ?? 'nobody answered'
      await discovery.stop()
      return { found: await Promise.all(places.values()), reason }
    },
  }
}

/** Why a method was not tried at all. */
const whyUnused = (method: DiscoveryMethod, { discovery }: Settings): string =>
  method === 'dns' ? 'no domain is set: see --discovery-domain' : `--discovery ${discovery} leaves it out`

/** Records for the nodes that were found; loopback, which means nothing elsewhere, where there is nothing else. */
const recordOf = (
  tag: string,
  domain: string | null,
  methods: readonly MethodFindings[],
): Discovered['record'] => {
  const found = methods.flatMap((findings) => findings.found.flatMap((place) => place.addresses))
  const outside = found.filter((address) => !isLoopbackOnly([address]))
  const told = [outside, found].find((addresses) => addresses.length > 0) ?? ['ADDRESS']
  const texts = formatRecords(tag, [...new Set(told)])
  return { name: recordName(domain ?? 'DOMAIN'), texts }
}
