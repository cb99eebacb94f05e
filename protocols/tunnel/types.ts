import type { RequestHead, ResponseHead, StreamId } from './heads.ts'

/** The client opens streams and sends requests; the server answers them. */
export type TunnelRole = 'client' | 'server'

/** One direction of a stream: before its head, then its body, then over. */
export type Half = 'head' | 'body' | 'done'

export interface StreamState {
  /** Bytes that the other end lets us send. */
  readonly sendCredit: number
  /** Bytes that the other end may still send. */
  readonly receiveCredit: number
  /** Consumed bytes for which no credit has been given back yet. */
  readonly consumed: number
  readonly sending: Half
  readonly receiving: Half
}

export type TunnelState =
  | {
      readonly phase: 'open'
      readonly role: TunnelRole
      readonly streams: ReadonlyMap<StreamId, StreamState>
      /** The greatest number opened so far; a smaller one that is not in the table is over, and its late frames are dropped. */
      readonly lastOpened: StreamId
    }
  | { readonly phase: 'closed'; readonly code: number }

export type TunnelEvent =
  /** A message came in on the channel. */
  | { readonly type: 'received'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Client only: opens stream `lastOpened + 1`. */
  | { readonly type: 'open'; readonly head: RequestHead }
  /** Server only: the answer's head. */
  | { readonly type: 'head'; readonly stream: StreamId; readonly head: ResponseHead }
  /** At most `sendCredit` and at most one frame of bytes. */
  | { readonly type: 'data'; readonly stream: StreamId; readonly bytes: Uint8Array }
  /** No more bytes from here; a second time does nothing. */
  | { readonly type: 'end'; readonly stream: StreamId }
  /** The reader has used up so many bytes of what came in. */
  | { readonly type: 'consumed'; readonly stream: StreamId; readonly bytes: number }
  /** Gives the stream up in both directions. */
  | { readonly type: 'reset'; readonly stream: StreamId; readonly code: number }
  /** Asks the other end for a sign of life. */
  | { readonly type: 'ping' }
  /** Closes the channel with a code that the other end hears. */
  | { readonly type: 'close'; readonly code: number }
  /** The channel is gone; nothing can be told any more. */
  | { readonly type: 'lost'; readonly code: number }

export type TunnelNotice =
  | { readonly type: 'opened'; readonly stream: StreamId; readonly head: RequestHead }
  | { readonly type: 'headed'; readonly stream: StreamId; readonly head: ResponseHead }
  | { readonly type: 'data'; readonly stream: StreamId; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'ended'; readonly stream: StreamId }
  | { readonly type: 'credited'; readonly stream: StreamId }
  | { readonly type: 'reset'; readonly stream: StreamId; readonly code: number }
  /** The channel is over; every stream that was open is over with this code. */
  | { readonly type: 'closed'; readonly code: number }

/** In order: frames to send, then what to tell. Nothing is persisted or scheduled. */
export interface TunnelEffects {
  readonly send: readonly Uint8Array<ArrayBuffer>[]
  readonly notify: readonly TunnelNotice[]
}

export interface TunnelStep {
  readonly state: TunnelState
  readonly effects: TunnelEffects
}
