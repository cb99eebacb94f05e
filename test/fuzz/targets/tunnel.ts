/** Frames of a tunnel, alone and into a machine of either end. */
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { ERRORS } from '../../../protocols/errors/index.ts'
import {
  createTunnelState,
  decodeTunnelFrame,
  encodeTunnelFrame,
  stepTunnel,
  TUNNEL_CREDIT_STEP_BYTES,
  TUNNEL_FRAME_BYTES_MAX,
  TUNNEL_HEAD_BYTES_MAX,
  TUNNEL_HEADERS_MAX,
  TUNNEL_STREAMS_MAX,
  TUNNEL_WINDOW_BYTES,
  type TunnelEvent,
  type TunnelFrame,
  type TunnelState,
} from '../../../protocols/tunnel/index.ts'
import { changedBytes } from '../frames.ts'
import { padTo } from '../mutate-bytes.ts'
import { bytesOf, integer } from '../schema-values.ts'
import { breach, nothing, type Subject, type Target, unbroken } from '../target.ts'

const BOUNDS = [
  5,
  TUNNEL_HEAD_BYTES_MAX,
  TUNNEL_HEAD_BYTES_MAX + 5,
  TUNNEL_FRAME_BYTES_MAX,
  TUNNEL_CREDIT_STEP_BYTES,
]
const NAMES = ['accept', 'x-a', 'content-length', 'set-cookie', '__proto__', 'a'.repeat(255)]
const TEXTS = ['', 'a', 'text/html', '\u00ff', 'x'.repeat(4_000), '\t']

const headersOf = (random: Random) =>
  Array.from({ length: chance(random, 0.02) ? TUNNEL_HEADERS_MAX : integer(random, 3) }, () => {
    const value = pick(random, TEXTS)
    return [pick(random, NAMES.slice(0, 5)), value.slice(0, 100)] as const
  })

const frameOf = (random: Random, stream: number): TunnelFrame => {
  switch (integer(random, 7)) {
    case 0:
      return {
        type: 'open',
        stream,
        head: {
          service: pick(random, ['web', 'a', 'x'.repeat(63)]),
          method: pick(random, ['GET', 'POST']),
          path: pick(random, ['/', '/a?b=c', `/${'p'.repeat(2_000)}`]),
          headers: headersOf(random),
        },
      }
    case 1:
      return {
        type: 'head',
        stream,
        head: { status: pick(random, [200, 204, 404, 599]), headers: headersOf(random) },
      }
    case 2:
    case 3: {
      const length = chance(random, 0.02) ? TUNNEL_FRAME_BYTES_MAX - 5 : 1 + integer(random, 40)
      return { type: 'data', stream, bytes: bytesOf(random, length) as Uint8Array<ArrayBuffer> }
    }
    case 4:
      return { type: 'end', stream }
    case 5:
      return { type: 'credit', stream, bytes: pick(random, [1, 100, TUNNEL_WINDOW_BYTES, 2 ** 32 - 1]) }
    case 6:
      return { type: 'reset', stream: chance(random, 0.1) ? 0 : stream, code: integer(random, 300) }
    default:
      return { type: pick(random, ['ping', 'pong']), stream: 0 }
  }
}

const makeFrame = (random: Random, streamMax: number): Uint8Array => {
  const stream = pick(random, [1 + integer(random, streamMax), streamMax + 1])
  const honest = () => encodeTunnelFrame(frameOf(random, stream))
  const ratio = random()
  if (ratio < 0.4) return honest()
  if (ratio < 0.41) return padTo(random, honest(), BOUNDS)
  return changedBytes(random, honest(), honest)
}

const asFrame = (frame: Uint8Array) => frame.slice() as Uint8Array<ArrayBuffer>

export const tunnelFrameTarget: Target = {
  name: 'tunnel-frame',
  codes: ['tunnelMalformed', 'frameTooLarge'],
  open: () => ({
    make: (random) => makeFrame(random, 5),
    take: (frame) => {
      const decoded = decodeTunnelFrame(asFrame(frame))
      const encoded = unbroken('encoding', () => encodeTunnelFrame(decoded))
      if (Buffer.compare(encoded, frame) !== 0) breach('a frame has two forms')
    },
    fingerprint: nothing,
  }),
}

const judge = (state: TunnelState): void => {
  if (state.phase === 'closed') return
  if (state.streams.size > TUNNEL_STREAMS_MAX) breach(`${state.streams.size} streams are open`)
  for (const [id, { sendCredit, receiveCredit }] of state.streams) {
    if (id > state.lastOpened) breach(`stream ${id} was never opened`)
    const inBounds = (credit: number) => credit >= 0 && credit <= TUNNEL_WINDOW_BYTES
    if (!inBounds(sendCredit) || !inBounds(receiveCredit)) breach(`credit ${sendCredit} and ${receiveCredit}`)
  }
}

/** What this end does of its own in between: answers, reads what came, opens streams. */
const ownEvent = (random: Random, state: Extract<TunnelState, { phase: 'open' }>): TunnelEvent => {
  const [stream, found] = pick(random, [...state.streams, [0, null] as const])
  if (found === null)
    return state.role === 'client' && state.streams.size < TUNNEL_STREAMS_MAX
      ? { type: 'open', head: { service: 'web', method: 'GET', path: '/', headers: [] } }
      : { type: 'ping' }
  const unread = TUNNEL_WINDOW_BYTES - found.receiveCredit - found.consumed
  if (unread > 0) return { type: 'consumed', stream, bytes: unread }
  if (found.sending === 'head') return { type: 'head', stream, head: { status: 200, headers: [] } }
  if (found.sendCredit > 0 && chance(random, 0.8)) return { type: 'data', stream, bytes: new Uint8Array(1) }
  return { type: 'end', stream }
}

const openMachine = (random: Random): Subject => {
  const role = pick(random, ['client', 'server'] as const)
  let state = createTunnelState(role)
  const step = (event: TunnelEvent) => {
    const stepped = unbroken('the machine', () => stepTunnel(state, event))
    state = stepped.state
    judge(state)
    for (const frame of stepped.effects.send) unbroken('reading a sent frame', () => decodeTunnelFrame(frame))
    return stepped.effects
  }
  return {
    make: (own) => makeFrame(own, state.phase === 'open' ? state.lastOpened : 1),
    take: (frame) => {
      if (state.phase === 'closed') state = createTunnelState(role)
      const malformed = isMalformed(frame)
      const { send, notify } = step({ type: 'received', bytes: asFrame(frame) })
      const now = state as TunnelState
      if (malformed && now.phase === 'open') breach('a frame that does not decode left the channel open')
      if (malformed && (send.length !== 1 || notify.length !== 1)) breach('the end was not told once to both')
      if (now.phase === 'closed' && !isCode(now.code) && malformed) breach(`it closed with ${now.code}`)
      if (state.phase === 'open' && chance(random, 0.7)) step(ownEvent(random, state))
    },
    fingerprint: nothing,
  }
}

const isMalformed = (frame: Uint8Array): boolean => {
  try {
    decodeTunnelFrame(asFrame(frame))
    return false
  } catch {
    return true
  }
}

const CLOSING = [ERRORS.tunnelMalformed.wire, ERRORS.frameTooLarge.wire]
const isCode = (code: number): boolean => CLOSING.includes(code)

/** A frame that is refused closes the channel, by design: what is judged is how. */
export const tunnelMachineTarget: Target = { name: 'tunnel', codes: [], open: openMachine }
