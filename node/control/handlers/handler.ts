import type { RequestOf, ResponseOf, RouteKey, Routes } from '../../../protocols/control/index.ts'
import type { Caller } from '../caller.ts'
import type { ClientAddress } from '../user-desk.ts'

/** What a handler is given beside the request. */
export interface HandlerContext {
  /** Aborted when the client is gone, or with `daemonStopping` when the daemon stops. */
  readonly signal: AbortSignal
  readonly caller: Caller
  /** Where from, as attempts are counted; null over the unix socket. */
  readonly client: ClientAddress
  /** Where the client asked: the origin of the door as it named it, or `socket`. */
  readonly at: string
}

type MaybePromise<Value> = Value | Promise<Value>

/**
 * Answers one route. A stream's handler may throw before it gives the lines; what the lines throw becomes the
 * stream's last line.
 */
export type Handler<Key extends RouteKey> = (
  request: RequestOf<Routes[Key]>,
  context: HandlerContext,
) => Routes[Key]['answers'] extends 'stream'
  ? MaybePromise<AsyncIterable<ResponseOf<Routes[Key]>>>
  : MaybePromise<ResponseOf<Routes[Key]>>

/** A handler for every route of the table. */
export type Handlers = { readonly [Key in RouteKey]: Handler<Key> }
