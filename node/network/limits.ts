/** Bounds of the network between nodes. Each has a unit in its name and a reason. */
import { MEMBERS_MAX } from '../../protocols/wire/index.ts'

/** Strangers connected at once: no more than a small flood can take. */
export const STRANGERS_MAX = 48

/** Of them, those of one address, or one IPv6 network: a rack that joins together, and as many as leave others a way in. */
export const CLIENT_STRANGERS_MAX = 16

/** How long a connection may stay one of a non-member: a join and the election it may have to wait for. */
export const STRANGER_LIFETIME_MS = 30_000

/** The same of one that was revoked: some round trips, to be told so. */
export const BARRED_LIFETIME_MS = 1_000

/** Encrypted bytes that a stranger may send in its life: a dozen join requests with their handshakes. */
export const STRANGER_BYTES_MAX = 64 * 1024

/**
 * Inbound connections that have not proven a key yet, each of which costs up to 100 KB until it has or is cut off:
 * more than one host can have open within `HANDSHAKE_TIMEOUT_MS`, so one alone does not shut the others out.
 */
export const PENDING_CONNECTIONS_MAX = 256

/** Time to prove a key, which takes milliseconds, on a slow board and a slow link. */
export const HANDSHAKE_TIMEOUT_MS = 5_000

/** Inbound connections per second and host: a whole mesh on one machine may start at once. */
export const HOST_CONNECTIONS_PER_SECOND_MAX = 50

/** Every member twice, since both sides may dial at the same time, twice more for bulk, and the strangers; beyond, libp2p refuses. */
export const CONNECTIONS_MAX = 4 * MEMBERS_MAX + STRANGERS_MAX + PENDING_CONNECTIONS_MAX

/** Streams of one protocol at once on one connection, each way: far above what a node asks of another at a time. */
export const STREAMS_PER_PROTOCOL_MAX = 256

/** Tunnels that one member may have open with another, each way: as many as a port may have connections, by half. */
export const TUNNELS_PER_PEER_MAX = 1024

/** A connection for bulk ends after so long without a stream: making one takes some round trips. */
export const BULK_IDLE_MS = 60_000

/** Where no connection for bulk could be made, none is tried for so long, and tunnels share the ordinary one. */
export const BULK_RETRY_MS = 30_000

/** Window of one stream: 40 MB/s at 50 ms round trip; a reader that stops holds no more than this. */
export const STREAM_WINDOW_BYTES_MAX = 2 * 1024 * 1024

/** Frames decoded ahead of the reader before the stream is paused: one scheduler turn of a fast link. */
export const READ_AHEAD_BYTES = 256 * 1024

/** Bytes of a tunnel that wait here for whoever reads, or for the stream, before it is paused: some records of Noise. */
export const BYTES_AHEAD_MAX = 256 * 1024

/** What an empty frame costs in memory, so that many of them count. */
export const FRAME_OVERHEAD_BYTES = 128

/** Bytes that wait for one slow peer and protocol: four of the largest frames. */
export const PEER_QUEUE_BYTES_MAX = 4 * 1024 * 1024

/** Pause after a refused message stream: the other side may not have learned yet that we are a member. */
export const MESSAGE_REOPEN_MS = 250

/** Time to open a message stream on a live connection. */
export const MESSAGE_OPEN_TIMEOUT_MS = 5_000

/** A request must have arrived in full within this, so that silent streams do not pile up. */
export const REQUEST_READ_TIMEOUT_MS = 10_000

/** After its handler is done, a stream has this long to hand over what was written. */
export const STREAM_LINGER_MS = 10_000

/** Addresses remembered per node, as many as one node may claim. */
export const ADDRESSES_PER_NODE_MAX = 16

/** One address is given up after this, and the next is tried: five round trips of a slow link, and one lost packet. */
export const ADDRESS_DIAL_TIMEOUT_MS = 2_000

/** Members that are asked for the way to another, besides those that it told as its relays: a few of a large mesh. */
export const RELAYS_TRIED_MAX = 4

/** Addresses of one dial: what is remembered of a node, and the ways through others. */
export const DIALLED_ADDRESSES_MAX = ADDRESSES_PER_NODE_MAX + RELAYS_TRIED_MAX

/** All addresses of a node, one after the other, each of which may be silent. */
export const NODE_DIAL_TIMEOUT_MS = DIALLED_ADDRESSES_MAX * ADDRESS_DIAL_TIMEOUT_MS

/** Nodes whose addresses are remembered: all members, and as many that were seen before they joined. */
export const NODES_REMEMBERED_MAX = 2 * MEMBERS_MAX

/** Address changes are written together, at most this late. */
export const ADDRESS_BOOK_WRITE_MS = 2_000

/** Between a lost connection and the first try, so that two sides do not meet in the middle. */
export const DIAL_BACKOFF_FLOOR_MS = 250

/** A member that has been away comes back within about this. */
export const DIAL_BACKOFF_CEILING_MS = 15_000

/** The node with the greater id leaves the first try to the other for up to this long. */
export const SECOND_DIALER_DELAY_MS = 1_000

/** A connection that has lasted this long was wanted by both sides, and its loss is no failure to connect. */
export const STEADY_CONNECTION_MS = 5_000

/** Of two connections to one member the older one stays this long, for what still runs on it. */
export const DUPLICATE_GRACE_MS = 5_000

/** A relayed connection stays this long beside a new direct one: what runs on it may be a long copy. */
export const RELAYED_GRACE_MS = 60_000

/** How often, at least, a direct way to a member is looked for while the connection goes through another. */
export const DIRECT_TRY_CEILING_MS = 60_000

/** Connections carried for one member, or made through one: to every member, from both sides at the same time. */
export const RELAYED_STREAMS_MAX = 2 * MEMBERS_MAX

/** Relays that a node behind NAT tells: one may die. */
export const RELAYS_WANTED = 2

/** Members that judge whether others reach a node: all of a small mesh, and a sample of a large one. */
export const JUDGES_MAX = 8

/** A judgement is asked for again after this: a router may have restarted, or a port been forwarded. */
export const JUDGEMENT_AGE_MS = 5 * 60_000

/** How often the own addresses are looked at: judgements of others mean nothing. */
export const OWN_ADDRESSES_LOOK_MS = 5_000

/** A refusal counts when it is repeated after this: the machine may have been busy. */
export const REFUSAL_CONFIRM_MS = 2_000

/** Before a member that has just connected is asked to judge: a mesh that starts together is busy with other things. */
export const JUDGEMENT_DELAY_MS = 1_000

/** Dialling an asker back: four silent addresses, and one that answers. */
export const DIAL_BACK_TIMEOUT_MS = 5 * ADDRESS_DIAL_TIMEOUT_MS
/** Time to show a chain and see the other's: some round trips of a slow link, and a board that has three signatures to check. */
export const GREETING_TIMEOUT_MS = 5_000

/** Within the greeting of a copy: its original answers, or its connection is one that has died without a word. */
export const ORIGINAL_TIMEOUT_MS = 2_000

/** Between two greetings on one connection, where the first one failed. */
export const GREETING_RETRY_MS = 1_000

/** How often the proofs of members are looked at again: one that ended, or was revoked, counts no longer than this. */
export const PROOF_CHECK_MS = 10_000

/** How often a link proves that it lives. */
export const PING_INTERVAL_MS = 10_000

/** A ping may take this long, so that a stalled event loop does not cost every link. */
export const PING_TIMEOUT_MS = 10_000

/** A connected member without a subscription for this long is connected anew. */
export const GOSSIP_SILENCE_MS = 30_000

/** The silence watchdog waits no longer than this, however often it did not help. */
export const GOSSIP_SILENCE_MS_MAX = 10 * 60_000

/** How often silence is looked for, and how often gossipsub tends its mesh: gossip is a hint. */
export const GOSSIP_HEARTBEAT_MS = 5_000

/** Gossip that waits for one slow peer before its stream is reset. */
export const GOSSIP_QUEUE_BYTES_MAX = 2 * 1024 * 1024
