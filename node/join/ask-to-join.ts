/**
 * The machine that asks a mesh of its LAN to be let in, and gets a token for itself.
 *
 * Guarantees: it takes a token of no other mesh than the one whose fingerprint its person saw, and none before that person agreed;
 * a request that is given up is withdrawn. What else there is to joining is `joinMesh`'s.
 */
import { randomBytes } from 'node:crypto'
import type { AskingPerson } from '../../protocols/control/index.ts'
import {
  ASK_NONCE_BYTES,
  type AskAnswer,
  type AskingMachine,
  type AskQuestion,
  type JoinToken,
  meshIdOf,
  readToken,
} from '../../protocols/credentials/index.ts'
import type { MemberRole } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import { type FindComponents, findOpen, type OpenMember, question } from './find-open.ts'
import { commitmentOf, fingerprint } from './fingerprint.ts'

/** One question to one member, which is on the same network. */
const QUESTION_TIMEOUT_MS = 5_000
/** Between two questions whether it was approved. */
const POLL_MS = 1_000
/** How long a member that does not answer is asked again: it forgets whom it does not hear for as long. */
const LOST_MS = 15_000
/** For a last word, which nobody waits for. */
const WITHDRAW_TIMEOUT_MS = 1_000

export interface AskInit extends AskingPerson {
  readonly name: string
  readonly role: MemberRole
  readonly machine: AskingMachine
  /** How long to look for an open mesh. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** One mesh only: which of several is meant, a person says. @throws `lanMeshesSeveral` */
const onlyMesh = (found: readonly OpenMember[]): OpenMember => {
  const byMesh = new Map(found.map((member) => [meshIdOf(member.rootHash), member]))
  if (byMesh.size > 1) {
    const meshes = [...byMesh].map(([mesh, { meshName, address }]) => `${meshName} (${mesh}) at ${address}`)
    throw new CoterieError('lanMeshesSeveral', { meshes })
  }
  return found[0] as OpenMember
}

const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    signal.addEventListener('abort', onAbort, { once: true })
  })

const expect = <Type extends AskAnswer['type']>(answer: AskAnswer, ...types: readonly Type[]) => {
  if (types.some((type) => type === answer.type)) return answer as Extract<AskAnswer, { type: Type }>
  const detail = `${answer.type} is no answer to that`
  throw new CoterieError('malformedMessage', { what: 'answer to a request to join', detail })
}

const isSilence = (error: unknown): boolean =>
  isCoterieError(error, 'peerUnreachable') || isCoterieError(error, 'requestTimedOut')

/**
 * Finds an open mesh by the discoveries, which it starts, asks to be let in, and waits until somebody approves, however long.
 * @throws `lanNotOpen`, `lanClosed`, `lanMeshesSeveral`, `askTooMany`, `askOutside`, `askDenied`, `askForgotten`, `meshNotFound`
 *   where the member is gone, what `compare` rejects with, the signal's reason
 */
export const askToJoin = async (components: FindComponents, init: AskInit): Promise<JoinToken> => {
  const { network, clock, logger } = components
  const { self } = network.connections
  const found = await findOpen(components, init)
  const member = onlyMesh(found)
  const { node, address, rootHash, meshName } = member
  for (const other of found) if (other !== member) network.connections.hangUp(other.node)
  const ended = new AbortController()
  const signal = AbortSignal.any([init.signal, ended.signal])
  const say = (asked: AskQuestion) =>
    question(network, node, asked, { timeoutMs: QUESTION_TIMEOUT_MS, signal })

  /** Shows the nonce, and both keys by it; gives this machine's side of what a person compares. */
  const begin = async () => {
    const nonce = new Uint8Array(randomBytes(ASK_NONCE_BYTES))
    const { name, role, machine } = init
    const commitment = commitmentOf(self, nonce)
    const answer = expect(await say({ type: 'ask', commitment, name, role, machine }), 'asked')
    const sides = { member: node, asker: self, memberNonce: answer.nonce, askerNonce: nonce }
    return { nonce, shown: fingerprint({ rootHash, ...sides }) }
  }

  const waitFor = async (nonce: Uint8Array): Promise<Uint8Array> => {
    let heardAtMs = clock.nowMs()
    for (;;) {
      try {
        const answer = expect(await say({ type: 'wait', nonce }), 'waiting', 'approved')
        heardAtMs = clock.nowMs()
        if (answer.type === 'approved') return answer.token
      } catch (error) {
        signal.throwIfAborted()
        if (!isSilence(error)) throw error
        if (clock.nowMs() - heardAtMs > LOST_MS)
          throw new CoterieError('meshNotFound', { tried: [address] }, { cause: error })
      }
      await pause(clock, POLL_MS, signal)
    }
  }

  const withdraw = async (): Promise<void> => {
    const options = { timeoutMs: WITHDRAW_TIMEOUT_MS }
    await question(network, node, { type: 'withdraw' }, options).catch(() => undefined)
    network.connections.hangUp(node)
  }

  try {
    const { nonce, shown } = await begin()
    logger.info({ address, fingerprint: shown }, 'this machine asks to join')
    const asked = { mesh: { id: meshIdOf(rootHash), name: meshName }, address, fingerprint: shown }
    const [bytes] = await Promise.all([waitFor(nonce), init.compare(asked, signal)])
    const token = readToken(bytes)
    if (Buffer.compare(token.terms.rootHash, rootHash) !== 0)
      throw new CoterieError('joinTokenOfOtherMesh', { at: address, mesh: meshIdOf(token.terms.rootHash) })
    return token
  } catch (error) {
    ended.abort()
    await withdraw()
    throw error
  }
}
