/**
 * One end of a channel as a pure machine: the table of its streams and the credit of each.
 *
 * Guarantees: no stream holds more unread bytes than its window; a peer that sends more than its credit, a frame
 * that does not decode or one that the stream's state does not allow closes the channel with a code, told to both
 * ends; a stream over the bound is reset alone. Late frames of a stream that is over are dropped, since the other
 * end could not know. It does not bound what waits to be sent: credit does, per stream, and the caller paces it.
 */
import { CoterieError, ERRORS, isCoterieError } from '../errors/index.ts'
import { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from './frames.ts'
import type { StreamId } from './heads.ts'
import { TUNNEL_CREDIT_STEP_BYTES, TUNNEL_STREAMS_MAX, TUNNEL_WINDOW_BYTES } from './limits.ts'
import type { StreamState, TunnelEvent, TunnelNotice, TunnelRole, TunnelState, TunnelStep } from './types.ts'

type Open = Extract<TunnelState, { phase: 'open' }>

export const createTunnelState = (role: TunnelRole): TunnelState => ({
  phase: 'open',
  role,
  streams: new Map(),
  lastOpened: 0,
})

const result = (
  state: TunnelState,
  send: readonly TunnelFrame[] = [],
  notify: readonly TunnelNotice[] = [],
): TunnelStep => ({ state, effects: { send: send.map(encodeTunnelFrame), notify } })

/** The state with one stream replaced; one that is over in both directions leaves the table. */
const withStream = (state: Open, id: StreamId, stream: StreamState): Open => {
  const streams = new Map(state.streams)
  if (stream.sending === 'done' && stream.receiving === 'done') streams.delete(id)
  else streams.set(id, stream)
  return { ...state, streams }
}

const withoutStream = (state: Open, id: StreamId): Open => {
  const streams = new Map(state.streams)
  streams.delete(id)
  return { ...state, streams }
}

const close = (code: number, tell: boolean): TunnelStep =>
  result({ phase: 'closed', code }, tell ? [{ type: 'reset', stream: 0, code }] : [], [
    { type: 'closed', code },
  ])

const newStream = (role: TunnelRole): StreamState => ({
  sendCredit: TUNNEL_WINDOW_BYTES,
  receiveCredit: TUNNEL_WINDOW_BYTES,
  consumed: 0,
  sending: role === 'client' ? 'body' : 'head',
  receiving: role === 'client' ? 'head' : 'body',
})

const receiveOpen = (state: Open, frame: TunnelFrame & { type: 'open' }): TunnelStep => {
  if (state.role !== 'server' || frame.stream !== state.lastOpened + 1)
    return close(ERRORS.tunnelMalformed.wire, true)
  const opened = { ...state, lastOpened: frame.stream }
  if (state.streams.size >= TUNNEL_STREAMS_MAX)
    return result(opened, [{ type: 'reset', stream: frame.stream, code: ERRORS.tunnelStreamsExhausted.wire }])
  return result(
    withStream(opened, frame.stream, newStream('server')),
    [],
    [{ type: 'opened', stream: frame.stream, head: frame.head }],
  )
}

type OfStream = Exclude<TunnelFrame, { type: 'open' | 'ping' | 'pong' }>

/** A frame for a stream that is in the table. */
const receiveOnStream = (state: Open, stream: StreamState, frame: OfStream): TunnelStep => {
  const id = frame.stream
  switch (frame.type) {
    case 'head':
      if (stream.receiving !== 'head') return close(ERRORS.tunnelMalformed.wire, true)
      return result(
        withStream(state, id, { ...stream, receiving: 'body' }),
        [],
        [{ type: 'headed', stream: id, head: frame.head }],
      )
    case 'data': {
      if (stream.receiving !== 'body') return close(ERRORS.tunnelMalformed.wire, true)
      const receiveCredit = stream.receiveCredit - frame.bytes.byteLength
      if (receiveCredit < 0) return close(ERRORS.tunnelCreditExceeded.wire, true)
      return result(
        withStream(state, id, { ...stream, receiveCredit }),
        [],
        [{ type: 'data', stream: id, bytes: frame.bytes }],
      )
    }
    case 'end':
      if (stream.receiving !== 'body') return close(ERRORS.tunnelMalformed.wire, true)
      return result(
        withStream(state, id, { ...stream, receiving: 'done' }),
        [],
        [{ type: 'ended', stream: id }],
      )
    case 'credit': {
      const sendCredit = stream.sendCredit + frame.bytes
      if (sendCredit > TUNNEL_WINDOW_BYTES) return close(ERRORS.tunnelCreditExceeded.wire, true)
      return result(withStream(state, id, { ...stream, sendCredit }), [], [{ type: 'credited', stream: id }])
    }
    case 'reset':
      return result(withoutStream(state, id), [], [{ type: 'reset', stream: id, code: frame.code }])
  }
}

const receive = (state: Open, frame: TunnelFrame): TunnelStep => {
  switch (frame.type) {
    case 'ping':
      return result(state, [{ type: 'pong', stream: 0 }])
    case 'pong':
      return result(state)
    case 'open':
      return receiveOpen(state, frame)
    default: {
      if (frame.stream === 0) return close((frame as TunnelFrame & { type: 'reset' }).code, false)
      if (frame.stream > state.lastOpened) return close(ERRORS.tunnelMalformed.wire, true)
      const stream = state.streams.get(frame.stream)
      return stream === undefined ? result(state) : receiveOnStream(state, stream, frame)
    }
  }
}

/** What this end wants to do on a stream of its table. */
const act = (
  state: Open,
  stream: StreamState,
  event: Extract<TunnelEvent, { stream: StreamId }>,
): TunnelStep => {
  const id = event.stream
  switch (event.type) {
    case 'head':
      return result(withStream(state, id, { ...stream, sending: 'body' }), [
        { type: 'head', stream: id, head: event.head },
      ])
    case 'data': {
      const sendCredit = stream.sendCredit - event.bytes.byteLength
      if (sendCredit < 0)
        throw new CoterieError('internal', { detail: 'a tunnel stream sent without credit' })
      return result(withStream(state, id, { ...stream, sendCredit }), [
        { type: 'data', stream: id, bytes: event.bytes as Uint8Array<ArrayBuffer> },
      ])
    }
    case 'end':
      if (stream.sending === 'done') return result(state)
      return result(withStream(state, id, { ...stream, sending: 'done' }), [{ type: 'end', stream: id }])
    case 'reset':
      return result(withoutStream(state, id), [{ type: 'reset', stream: id, code: event.code }])
    case 'consumed': {
      const consumed = stream.consumed + event.bytes
      if (consumed < TUNNEL_CREDIT_STEP_BYTES || stream.receiving === 'done')
        return result(withStream(state, id, { ...stream, consumed }))
      const receiveCredit = stream.receiveCredit + consumed
      return result(withStream(state, id, { ...stream, consumed: 0, receiveCredit }), [
        { type: 'credit', stream: id, bytes: consumed },
      ])
    }
  }
}

const stepOpen = (state: Open, event: TunnelEvent): TunnelStep => {
  switch (event.type) {
    case 'received':
      return receive(state, decodeTunnelFrame(event.bytes))
    case 'open': {
      if (state.streams.size >= TUNNEL_STREAMS_MAX) throw new CoterieError('tunnelStreamsExhausted', {})
      const stream = state.lastOpened + 1
      return result(withStream({ ...state, lastOpened: stream }, stream, newStream('client')), [
        { type: 'open', stream, head: event.head },
      ])
    }
    case 'ping':
      return result(state, [{ type: 'ping', stream: 0 }])
    case 'close':
      return close(event.code, true)
    case 'lost':
      return close(event.code, false)
    default: {
      const stream = state.streams.get(event.stream)
      return stream === undefined ? result(state) : act(state, stream, event)
    }
  }
}

/**
 * Takes one event. A stream that is over ignores what is wanted of it, since its end may have come from the other side.
 * @throws `tunnelStreamsExhausted`, `tunnelHeadTooLarge` for what this end asked for; what the peer sends never throws
 */
export const stepTunnel = (state: TunnelState, event: TunnelEvent): TunnelStep => {
  if (state.phase === 'closed') return result(state)
  try {
    return stepOpen(state, event)
  } catch (error) {
    if (event.type === 'received' && isCoterieError(error)) return close(ERRORS[error.code].wire, true)
    throw error
  }
}
