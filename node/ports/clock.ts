/** Time, as the services see it. Production reads the system; the simulator gives each node a clock of its own. */
export interface Clock {
  /** Milliseconds since the machine started, for all its processes the same; never goes back, and counts suspend. */
  nowMs(): number
  /** Milliseconds since 1970, which may jump. For people and for hybrid logical clocks, never for leases. */
  wallMs(): number
  /**
   * Runs `task` once after `afterMs`, at 0 once all others had their turn; the returned function cancels it. To wait does not keep the
   * process alive.
   */
  after(afterMs: number, task: () => void): () => void
}

/** A number in [0, 1). */
export type Random = () => number
