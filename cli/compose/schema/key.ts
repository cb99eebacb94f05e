/** What becomes of a key of a Compose file. */
export interface Key {
  /**
   * `yes`: it is honoured. `part`: of what is below it some is. `later`: it is read and judged, and left out of the spec yet.
   * `no`: it is left out. `refused`: nothing is deployed.
   */
  readonly is: 'yes' | 'part' | 'later' | 'no' | 'refused'
  /** What it means here; for `no` why, for `refused` what to do instead. Finishes a sentence after a colon. */
  readonly note: string
  /** The value that says what holds anyway: leaving that out takes nothing away. */
  readonly usual?: string
}

/** Keys by their path within a service (`deploy.replicas`), or within the document. */
export type Schema = Readonly<Record<string, Key>>

export const yes = (note = ''): Key => ({ is: 'yes', note })
export const part = (note = ''): Key => ({ is: 'part', note })
export const later = (note: string, usual?: string): Key => ({
  is: 'later',
  note,
  ...(usual !== undefined && { usual }),
})
export const no = (note: string): Key => ({ is: 'no', note })
export const refused = (note: string): Key => ({ is: 'refused', note })
