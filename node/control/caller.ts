/** Who asks, once that is known. */
export interface Caller {
  /** As the log names it. */
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'admin'
}
