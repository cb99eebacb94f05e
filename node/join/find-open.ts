/** Looks for members that are open to the LAN, at all addresses that discovery tells, side by side. */
import { type AskQuestion, askAnswerCodec, askQuestionCodec } from '../../protocols/credentials/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery, FoundNode } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network, RequestOptions } from '../ports/network.ts'

/** Another mesh may be open too, and shall be seen: every way of discovery has asked three times by then. */
const LOOK_MS = 2_000

/** Of one connection and one question. */
const LOOK_TIMEOUT_MS = 5_000

/** Addresses looked at: those of a few open members, and no more than a liar on the LAN can add. */
const ADDRESSES_MAX = 64

export interface FindComponents {
  readonly network: Pick<Network, 'connections' | 'requests'>
  readonly discoveries: readonly Discovery[]
  readonly clock: Clock
  readonly logger: Logger
}

export interface FindInit {
  /** How long to look before `lanNotOpen`. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface OpenMember {
  readonly node: NodeId
  readonly address: string
  /** As it says; the mesh's token is held against it. */
  readonly rootHash: Uint8Array
  readonly meshName: string
}

/** One question of the protocol `ask`. @throws what the member refused by, `peerUnreachable`, `requestTimedOut` */
export const question = async (
  { requests }: Pick<Network, 'requests'>,
  member: NodeId,
  asked: AskQuestion,
  options: RequestOptions,
) =>
  askAnswerCodec.decode(
    await requests.request(member, PROTOCOLS.ask, askQuestionCodec.encode(asked), options),
  )

/** What somebody who is not of use here says. */
const isRefusal = (error: unknown): boolean =>
  isCoterieError(error, 'lanClosed') || isCoterieError(error, 'askOutside')

/**
 * All that were found in the first two seconds; where there was none, the first one later. Starts the discoveries.
 * @throws `lanNotOpen`, `lanClosed` and `askOutside` where all that answer say so, the signal's reason
 */
export const findOpen = (
  { network, discoveries, clock, logger }: FindComponents,
  { timeoutMs, signal }: FindInit,
): Promise<OpenMember[]> =>
  new Promise((resolve, reject) => {
    const ended = new AbortController()
    const ends: (() => void)[] = []
    const tried = new Set<string>()
    const found: OpenMember[] = []
    let refusal: unknown = null
    let isSettled = false

    const finish = (settle: () => void): void => {
      if (ended.signal.aborted) return
      ended.abort()
      signal.removeEventListener('abort', giveUp)
      for (const end of ends) end()
      settle()
    }
    const giveUp = () => finish(() => reject(signal.reason))
    const conclude = (): void => {
      if (!isSettled) return
      if (found.length > 0) finish(() => resolve(found))
      else if (refusal !== null) finish(() => reject(refusal))
    }
    const look = async (address: string): Promise<void> => {
      const options = { timeoutMs: LOOK_TIMEOUT_MS, signal: ended.signal }
      const node = await network.connections.dial(address, options)
      const answer = await question(network, node, { type: 'look' }, options)
      if (answer.type !== 'open' || found.some((other) => other.node === node)) return
      found.push({ node, address, rootHash: answer.rootHash, meshName: answer.meshName })
    }
    const tryAddress = (address: string): void => {
      if (ended.signal.aborted || tried.has(address) || tried.size === ADDRESSES_MAX) return
      tried.add(address)
      look(address)
        .catch((error: unknown) => {
          if (isRefusal(error)) refusal = error
          logger.debug({ address, detail: String(error) }, 'nobody is open at this address')
          // Seen again, it is tried again.
          tried.delete(address)
        })
        .then(conclude)
    }

    ends.push(
      clock.after(LOOK_MS, () => {
        isSettled = true
        conclude()
      }),
      clock.after(timeoutMs, () => finish(() => reject(new CoterieError('lanNotOpen', {})))),
    )
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) return giveUp()
    for (const discovery of discoveries) {
      ends.push(discovery.onFound(({ addresses }: FoundNode) => addresses.forEach(tryAddress)))
      discovery
        .start()
        .catch((error: unknown) => logger.warn({ detail: String(error) }, 'a way of discovery does not work'))
    }
  })
