/** Hands a result to a process: at once, later while that is paused, or never once it is over. */
export type Settle = (task: () => void) => void
