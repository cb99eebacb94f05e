/** One connection, from this end: small things first, because a large one may cost the connection. */
import {
  type LinkFacts,
  type Opening,
  type OpeningProblem,
  PROBLEM_LENGTH_MAX,
} from '../../../protocols/doctor/index.ts'
import { errorBody } from '../../../protocols/errors/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { isPlace, placeOf } from '../place.ts'
import { measureEcho, measureLoad } from './echo.ts'
import type { LinkComponents, Surroundings } from './types.ts'

/** Five round trips of a slow link, and one lost packet. */
const CONNECT_MS_MAX = 2_000

const ADDRESSES_MAX = 16

/** `surroundings`: who this node found by UDP. */
export const measureLink = async (
  components: LinkComponents,
  to: NodeId,
  surroundings: Promise<Surroundings>,
  signal: AbortSignal,
): Promise<LinkFacts> => {
  const { addressesOf, connections, reach, relayIn, ways } = components
  const isConnected = connections.connected().includes(to)
  const openings = await openEach(components, to, signal)
  const echoed = await echo(components, to, signal)
  const isEchoed = 'ms' in echoed
  const load = isEchoed ? await measureLoad(components, to, signal) : null
  const found = (await surroundings).get(to)
  return {
    openings,
    isConnected,
    through: reach.pathTo(to)?.through ?? null,
    relays: addressesOf(to)
      .flatMap((address) => relayIn(address) ?? [])
      .slice(0, ADDRESSES_MAX),
    via: viaOf(components, openings),
    echo: isEchoed ? { ms: echoed.ms, aheadMs: echoed.aheadMs } : null,
    echoProblem: isEchoed ? null : echoed.problem.slice(0, PROBLEM_LENGTH_MAX),
    load,
    udp: {
      looks: [...ways],
      findableBy: isEchoed ? echoed.findableBy : null,
      found: ways.filter((way) => found?.has(way)),
    },
  }
}

/** An address may look like one, and be none. */
const failed = (): OpeningProblem => 'failed'

const openEach = (
  { addressesOf, connect }: LinkComponents,
  to: NodeId,
  signal: AbortSignal,
): Promise<Opening[]> =>
  Promise.all(
    addressesOf(to)
      .filter(isPlace)
      .slice(0, ADDRESSES_MAX)
      .map(async (address): Promise<Opening> => {
        const opened = await connect(address, { timeoutMs: CONNECT_MS_MAX, signal }).catch(failed)
        return typeof opened === 'number'
          ? { address, ms: Math.round(opened), problem: null }
          : { address, ms: null, problem: opened }
      }),
  )

const echo = async (components: LinkComponents, to: NodeId, signal: AbortSignal) => {
  try {
    return await measureEcho(components, to, signal)
  } catch (error) {
    return { problem: errorBody(error).message }
  }
}

const viaOf = ({ interfaceTo }: LinkComponents, openings: readonly Opening[]): string | null =>
  openings.map(({ address }) => interfaceTo(placeOf(address).host)).find((name) => name !== null) ?? null
