/** What the daemon and its peer process tell each other, as JSON; both are ours, so nothing is checked. */
import type { SessionId } from '../messages.ts'
import type { UpstreamAddress } from './headers.ts'

export type ToPeerProcess =
  | {
      readonly type: 'answer'
      /** Addresses to offer; null for all that the machine has at the time. */
      readonly addresses: readonly string[] | null
      readonly session: SessionId
      readonly service: string
      readonly sdp: string
    }
  | { readonly type: 'close'; readonly session: SessionId }
  | { readonly type: 'upstream'; readonly request: number; readonly address: UpstreamAddress | null }

export type FromPeerProcess =
  | { readonly type: 'answered'; readonly session: SessionId; readonly sdp: string }
  | { readonly type: 'failed'; readonly session: SessionId; readonly detail: string }
  | { readonly type: 'opened'; readonly session: SessionId }
  | { readonly type: 'closed'; readonly session: SessionId; readonly code: number }
  | { readonly type: 'openUpstream'; readonly request: number; readonly service: string }
  /** Something failed that was caught in no better place; the process goes on. */
  | { readonly type: 'fault'; readonly detail: string }
