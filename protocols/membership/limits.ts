/** Bounds and factors of membership that are not worth a setting. */

/** Records in one message: 128 with 16 addresses of 256 bytes stay below the frame limit of 1 MiB. */
export const NEWS_MAX = 128

/** Records that ride along on one message: a mesh of up to 32 fits, and it stays near 5 KB. */
export const PIGGYBACK_MAX = 32

/** Incarnations end here, so that nobody's number can be pushed past exact integers. A process a second lasts 34,000 years. */
export const INCARNATION_MAX = 2 ** 40

/** Probe numbers are exact integers. */
export const PROBE_NUMBER_MAX = Number.MAX_SAFE_INTEGER

/** How often one record rides along: `RETRANSMIT_LAMBDA * log2(n + 1)` reaches all with high probability (SWIM, section 4.1). */
export const RETRANSMIT_LAMBDA = 3

/** Members told at once of a change: a rumour passed on four times by each reaches 98 % without any further help. */
export const FANOUT = 4

/** Members asked to probe for us; all three fail together only where the target does. */
export const INDIRECT_PROBES = 3

/** Every so many rounds a dead or unknown member is pinged, in case only the path was broken. */
export const REACH_ROUNDS = 4

/** Every so many rounds the full state is exchanged with one member, to mend what rumours missed. */
export const EXCHANGE_ROUNDS = 60

/** Who only heard of a suspicion waits this much longer, for a refutation that takes the long way. */
export const HEARSAY_MS = 500

/** A timer later than this shows that the own process was stalled; a busy event loop stays below. */
export const STALL_MS = 100

/** The longest time for which a stalled node withholds judgement: enough to reconnect to all. */
export const STALL_GRACE_MAX_MS = 10_000
