/** Bounds and factors of membership that are not worth a setting. */

/** Records in one message: 128 with 16 addresses of 256 bytes stay below the frame limit of 1 MiB. */
export const NEWS_MAX = 128

/** Records that ride along on one message: a mesh of up to 32 fits, and it stays near 6 KB. */
export const PIGGYBACK_MAX = 32

/** Incarnations end here, so that nobody's number can be pushed past exact integers. A process a second lasts 34,000 years. */
export const INCARNATION_MAX = 2 ** 40

/** Probe numbers are exact integers. */
export const PROBE_NUMBER_MAX = Number.MAX_SAFE_INTEGER

/** How often one record rides along: `RETRANSMIT_LAMBDA * log2(n + 1)` reaches all with high probability (SWIM, section 4.1). */
export const RETRANSMIT_LAMBDA = 3

/** Members told at once of a change: a rumour passed on four times by each reaches 98 % without any further help. */
export const FANOUT = 4

/** Of a large mesh, how many turn to one member that concerns all: enough for three to confirm, also where some are lost. */
export const FEW = 8

/** Messages that a node sends unasked in one round; what does not fit rides along later, so no event makes a flood. */
export const NEWS_PER_ROUND = 16

/** Comparisons that a node begins in one round: each may bring all that the other knows. */
export const COMPARISONS_PER_ROUND = 4

/** Sums of a digest: of 1,000 members one difference costs 16 records, and the digest half a kilobyte. */
export const DIGEST_SUMS = 64

/** Members asked to probe for us; all three fail together only where the target does. */
export const INDIRECT_PROBES = 3

/** A relay says that it waits in vain when so much of its time is over, so that this arrives in time (Lifeguard, section IV.A). */
export const NACK_SHARE = 0.8

/** Longest time that a relay is given: the greatest time-out, fully stretched, is 16 s. */
export const WITHIN_MAX_MS = 60_000

/** Pings for others whose answer is awaited; one more is sent without a promise of a nack. */
export const RELAYED_MAX = 256

/** Accusers who confirm the first one; more of them say little that is new. */
export const CONFIRMATIONS = 3

/** Accusers that news of a suspect names. */
export const ACCUSERS_MAX = CONFIRMATIONS + 1

/** Every so many rounds a dead member is pinged, in case only the path was broken; one that was never heard from in each. */
export const REACH_ROUNDS = 4

/** Every so many rounds all that is known is compared with one member, to mend what rumours missed. */
export const COMPARE_ROUNDS = 20

/** So long a member that was apart may tell of deaths as it saw them there: then its rumours are over, and its own view is mended. */
export const APART_MS = 2_000

/** Who only heard of a suspicion waits this much longer, for a refutation that takes the long way. */
export const HEARSAY_MS = 500

/** A timer later than this shows that the own process was stalled; a busy event loop stays below. */
export const STALL_MS = 100

/** The longest time for which a stalled node withholds judgement: enough to reconnect to all. */
export const STALL_GRACE_MAX_MS = 10_000
