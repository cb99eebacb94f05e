/** Times and counts of spreading intent. Each has a unit in its name and a reason. */

/** Register changes that fall together travel together: below what a person or a failover notices. */
export const REGISTER_BATCH_MS = 40

/** Members that get hints directly; more are reached by gossip, so that one change costs a few sends and not hundreds. */
export const DIRECT_PEERS_MAX = 32

/** How long changed registers may lie in memory alone: one synced write for all that changed in that time. */
export const REGISTER_FLUSH_MS = 1_000

/** A digest is told this long after a change: by then those who got the change directly agree already. */
export const DIGEST_DELAY_MS = 1_000

/**
 * Registers that the log has done with are forgotten so long after it said so: within the delay of digests, so that nodes
 * that applied the same look alike, and do not pull from each other what each of them refuses.
 */
export const FORGET_DELAY_MS = 500

/** Shortest and longest time between two comparisons with a random peer: what every hint missed is found by then. */
export const COMPARE_MIN_MS = 5_000
export const COMPARE_MAX_MS = 10_000

/** Pulls that have the same cause on many nodes are spread over this time. */
export const PULL_JITTER_MS = 150

/** A pull that was refused is tried again after this: the peer may just not know us as a member yet. */
export const PULL_RETRY_MS = 1_000

/** One question of a sync: a frame of 1 MiB crosses a slow link in that time. */
export const SYNC_TIMEOUT_MS = 5_000

/** The first question of a pull is small: a peer that hangs holds up the pulls from others for no longer. */
export const COMPARE_TIMEOUT_MS = 2_000

/** Names that one pull fetches: some 30 MB of them. What is beyond is there with the next pull, or is a peer's invention. */
export const NAMES_MAX = 100_000

/** Pause between two rounds of asking everybody for a revision that somebody waits for. */
export const MISSING_RETRY_MS = 250

/** Peers that are asked for what may be trimmed: all hold the same, so that the first nearly always knows. */
export const SEEK_PEERS_MAX = 3

/**
 * What the revisions of a catalogue and their ids may amount to: 100,000 services of 400 bytes with four edits each, of which a
 * quarter, the ids, is in memory.
 */
export const CATALOGUE_BYTES_MAX = 256 * 1024 * 1024

/** By how much what makes room, and what others wrote meanwhile, may go beyond that. */
export const CATALOGUE_RESERVE = 1.25

/** Registers, revisions and keys looked at in one go, when it is sought what may go: some milliseconds each. */
export const SWEPT_REGISTERS = 2_000
export const SWEPT_REVISIONS = 256
export const SWEPT_KEYS = 100
