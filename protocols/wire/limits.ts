/**
 * Bounds on what crosses a wire. Each has a unit in its name and a reason; a receiver refuses what is over.
 */

/** One frame on a stream between members: room for a 64 KiB revision and 15 companions, far below yamux's 4 MiB buffer. */
export const FRAME_BYTES_MAX = 1024 * 1024

/** One frame from a stranger: a join request is under 1 KiB, so nobody may make us hold more before the proof. */
export const STRANGER_FRAME_BYTES_MAX = 4 * 1024

/** One gossip payload: an RPC over the receiver's limit removes the sender from gossip for good. */
export const GOSSIP_BYTES_MAX = 64 * 1024

/** One revision of a spec, encoded and signed. */
export const REVISION_BYTES_MAX = 64 * 1024

/** Messages that wait for one slow peer and protocol before the oldest is dropped: SWIM and Raft send again. */
export const PEER_QUEUE_LENGTH_MAX = 256

/** Members of one mesh: tables and simulations go up to here. */
export const MEMBERS_MAX = 1000

/** Characters of a node's, mesh's or service's name: one DNS label. */
export const NAME_LENGTH_MAX = 63
