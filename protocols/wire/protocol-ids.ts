/** Protocol ids, `/coterie/<noun>/<version>`: a change that an older node cannot read gets a new version. */
export const PROTOCOLS = {
  /** Shows a join token and asks for admission; with `hello` and `ask`, all that a stranger may speak. */
  join: '/coterie/join/2',
  /** Asks for a join token, of a member that is open to its LAN. */
  ask: '/coterie/ask/1',
  /** Shows the other side's chain for one's own; the first words on a connection between members. */
  hello: '/coterie/hello/1',
  /** Asks an issuer for leaves; a member whose own ones have ended may ask too. */
  certificates: '/coterie/certificates/1',
  /** Asks a member for the key that it would issue certificates with. */
  issuer: '/coterie/issuer/1',
  /** Who was revoked, as the mesh's root stands behind it. */
  revocations: '/coterie/revocations/1',
  /** SWIM probes and gossip. */
  membership: '/coterie/membership/1',
  /** Raft messages among voters and learners. */
  consensus: '/coterie/consensus/1',
  /** The committed log, for members that are neither voters nor learners. */
  follow: '/coterie/follow/1',
  /** A decision proposed through the leader. */
  decide: '/coterie/decide/1',
  /** In which generation a member is, and how far its log goes. */
  generation: '/coterie/generation/1',
  /** Intent and registers, directly between two members. */
  sync: '/coterie/sync/1',
  /** Hints of what is new, straight to the connected members: register changes, edits, digests. */
  hints: '/coterie/hints/1',
  /** Task records and their archives, directly between two members. */
  records: '/coterie/records/1',
  /** Task records as they are written, straight to the connected members. */
  recordHints: '/coterie/record-hints/1',
  /** WebRTC offers and answers on their way to the node that runs the service. */
  signal: '/coterie/signal/1',
  /** Log lines of a task, from the node that runs it. */
  logs: '/coterie/logs/1',
  /** A command in a container of another node, with its input and output. */
  exec: '/coterie/exec/1',
  /** What the tasks of a node use. */
  usage: '/coterie/usage/1',
  /** The digest that an image stands for. */
  images: '/coterie/images/1',
  /** Logins for registries of images, from member to member. */
  registries: '/coterie/registries/1',
  /** Log lines of a daemon, its own or those that it keeps a copy of. */
  journal: '/coterie/journal/1',
  /** Log lines of a daemon on their way to a copy, and how far a copy goes. */
  journalCopies: '/coterie/journal-copies/1',
  /** Leases of exclusive tasks: asked for, sent on by a voter, granted. */
  leases: '/coterie/leases/1',
  /** What is between two members: echoes, large ones too, and what another member measures of a third. */
  doctor: '/coterie/doctor/1',
  /** Connections of published ports, on their way to a task of another node. */
  tunnel: '/coterie/tunnel/1',
  /** Whether a member reaches the asker at its addresses. */
  reach: '/coterie/reach/1',
} as const

export type ProtocolId = (typeof PROTOCOLS)[keyof typeof PROTOCOLS]
