/** Messages there and back: how long they take, what the other's clock says, and how much gets through. */
import {
  doctorQuestionCodec,
  type EchoAnswer,
  echoAnswerCodec,
  LOAD_BYTES,
} from '../../../protocols/doctor/index.ts'
import { type NodeId, PROTOCOLS } from '../../../protocols/wire/index.ts'
import type { LinkComponents } from './types.ts'

export type EchoComponents = Pick<LinkComponents, 'clock' | 'requests'>

/** A small message there and back, also over a slow link that has just lost one. */
const ECHO_MS_MAX = 3_000

/** A quarter of a mebibyte over a link of half a megabit a second. */
const LOAD_MS_MAX = 5_000

/** The quickest counts: a scheduler may have kept one of them waiting. */
const ECHOES = 3

const NOTHING = new Uint8Array()

export interface EchoFacts {
  readonly ms: number
  readonly aheadMs: number
  readonly findableBy: EchoAnswer['findableBy']
}

/** @throws what the request throws: `peerUnreachable`, `requestTimedOut`, ... */
export const measureEcho = async (
  components: EchoComponents,
  to: NodeId,
  signal: AbortSignal,
): Promise<EchoFacts> => {
  let best: EchoFacts | null = null
  for (let echo = 0; echo < ECHOES; echo++) {
    const found = await echoOnce(components, to, signal)
    if (best === null || found.ms < best.ms) best = found
  }
  return { ...(best as EchoFacts), ms: Math.round((best as EchoFacts).ms) }
}

const echoOnce = async (components: EchoComponents, to: NodeId, signal: AbortSignal): Promise<EchoFacts> => {
  const { clock } = components
  const askedAtMs = clock.nowMs()
  const { wallMs, findableBy } = await ask(
    components,
    to,
    { padding: NOTHING, wants: 0 },
    ECHO_MS_MAX,
    signal,
  )
  const ms = clock.nowMs() - askedAtMs
  return { ms, aheadMs: Math.round(wallMs + ms / 2 - clock.wallMs()), findableBy }
}

/** `LOAD_BYTES` there, then back; what does not arrive leaves null, and ends it. */
export const measureLoad = async (
  components: EchoComponents,
  to: NodeId,
  signal: AbortSignal,
): Promise<{ readonly sentMs: number | null; readonly fetchedMs: number | null }> => {
  const { clock } = components
  const timed = async (padding: Uint8Array, wants: number): Promise<number | null> => {
    const startedAtMs = clock.nowMs()
    const answer = await ask(components, to, { padding, wants }, LOAD_MS_MAX, signal).catch(() => null)
    return answer?.padding.byteLength === wants ? Math.round(clock.nowMs() - startedAtMs) : null
  }
  const sentMs = await timed(new Uint8Array(LOAD_BYTES), 0)
  return { sentMs, fetchedMs: sentMs === null ? null : await timed(NOTHING, LOAD_BYTES) }
}

const ask = async (
  { requests }: EchoComponents,
  to: NodeId,
  sent: { readonly padding: Uint8Array; readonly wants: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<EchoAnswer> => {
  const question = doctorQuestionCodec.encode({ type: 'echo', ...sent })
  return echoAnswerCodec.decode(await requests.request(to, PROTOCOLS.doctor, question, { timeoutMs, signal }))
}
