/** Number of a stream on its channel: 1, 2, 3 ... in the order of opening; never reused. */
export type StreamId = number

/** Name and value, one character per octet. */
export type Header = readonly [name: string, value: string]

export interface RequestHead {
  readonly service: string
  readonly method: string
  /** Path and query, percent-encoded; begins with a slash. */
  readonly path: string
  readonly headers: readonly Header[]
}

export interface ResponseHead {
  readonly status: number
  readonly headers: readonly Header[]
}
