/** What the page and the service worker tell each other; types only, so that the worker stays one script. */
import type { RequestHead, ResponseHead } from '../../protocols/tunnel/index.ts'

/** An error in the words of the table, for a person. */
export interface ErrorText {
  readonly code: string
  readonly message: string
  readonly next: string
}

/** Worker to page, with the worker's end of a new port. */
export interface OpenMessage {
  readonly type: 'coterie-open'
  readonly head: Omit<RequestHead, 'service'>
}

/** Page to worker, on the port of one stream. */
export type FromPage =
  /** The page has the stream; it may still wait for its channel. */
  | { readonly type: 'accepted' }
  | { readonly type: 'head'; readonly head: ResponseHead }
  | { readonly type: 'data'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }
  /** So many bytes of the request body have gone out. */
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'reset'; readonly error: ErrorText }

/** Worker to page, on the port of one stream. */
export type FromWorker =
  | { readonly type: 'data'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }
  /** The reader has used up so many bytes. */
  | { readonly type: 'consumed'; readonly bytes: number }
  | { readonly type: 'cancel' }
