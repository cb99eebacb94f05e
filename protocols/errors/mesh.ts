import { rule } from './rule.ts'

/** Errors of consensus and decisions. Wire numbers 80 to 99. */
export const meshErrors = {
  notLeader: rule<{ leader: string | null }>({
    wire: 80,
    http: 503,
    exit: 1,
    cause: ({ leader }) =>
      `this node does not lead${leader === null ? ', and knows of no leader' : `; ${leader} does`}`,
    next: () => 'Try again in a moment',
  }),
  noQuorum: rule<{ waitedMs: number }>({
    wire: 81,
    http: 503,
    exit: 3,
    cause: ({ waitedMs }) => `no majority of the voters agreed within ${waitedMs} ms`,
    next: () => 'See coterie voters for who is missing; it goes on by itself when a majority is back',
  }),
  proposalDropped: rule<{ term: number }>({
    wire: 82,
    http: 503,
    exit: 1,
    cause: ({ term }) => `leadership changed in term ${term} before the decision was committed`,
    next: () => 'Look whether it took effect, then try again',
  }),
  decisionRefused: rule<{ reason: string }>({
    wire: 83,
    http: 409,
    exit: 1,
    cause: ({ reason }) => `the mesh refused the decision: ${reason}`,
    next: () => 'Read the present state again, then repeat what still applies',
  }),
  decisionUnknown: rule<{ kind: string; index: number }>({
    wire: 84,
    http: 409,
    exit: 1,
    cause: ({ kind, index }) =>
      `decision ${index} is of a kind this version does not know (${kind}); following stops there`,
    next: () => 'Update coterie on this node; what runs here goes on running',
  }),
  proposalUnanswered: rule<{ leader: string; detail: string }>({
    wire: 85,
    http: 503,
    exit: 1,
    cause: ({ leader, detail }) =>
      `the decision was sent to the leader ${leader}, and no answer came back (${detail}): it may have taken effect or not`,
    next: () => 'Look whether it took effect, then try again',
  }),
  decisionTooLarge: rule<{ bytes: number; bytesMax: number }>({
    wire: 86,
    http: 413,
    exit: 1,
    cause: ({ bytes, bytesMax }) => `a decision of ${bytes} bytes is over the limit of ${bytesMax}`,
    next: () => 'Make it smaller: what is large belongs in a revision or a volume',
  }),
  consensusBusy: rule<{ waiting: number }>({
    wire: 87,
    http: 503,
    exit: 1,
    cause: ({ waiting }) => `${waiting} decisions already wait for a majority here`,
    next: () => 'Try again in a moment; if it stays so, see coterie voters for who is missing',
  }),
  consensusStopped: rule<{ detail: string }>({
    wire: 88,
    http: 503,
    exit: 1,
    cause: ({ detail }) => `this node takes part in no decisions any more: ${detail}`,
    next: () => 'Look at its disk and its log, then restart it',
  }),
  storeNotNamed: rule<{ node: string }>({
    wire: 90,
    http: 409,
    exit: 1,
    cause: ({ node }) =>
      `node ${node} votes with another store than the one in its data directory, which is new or a copy; it observes until it has caught up`,
    next: () =>
      'Leave it running, and it votes again by itself while a majority lives; run no second machine with a copy of its data directory',
  }),
  generationOver: rule<{ number: number }>({
    wire: 91,
    http: 503,
    exit: 1,
    cause: ({ number }) =>
      `somebody recovered the mesh at another member: generation ${number} has taken the place of the one that this node was in`,
    next: () =>
      'Leave it running: it takes over what was decided there; see coterie quorum lost for what only it had',
  }),
  quorumLives: rule<{ leader: string }>({
    wire: 92,
    http: 409,
    exit: 1,
    cause: ({ leader }) =>
      `a majority of the voters still decides, led by ${leader}: there is nothing to recover`,
    next: () => 'See coterie voters; what is dead is replaced by itself while a majority lives',
  }),
  recoverElsewhere: rule<{ name: string; index: number; ownIndex: number }>({
    wire: 93,
    http: 409,
    exit: 1,
    cause: ({ name, index, ownIndex }) =>
      `${name} knows more of what was decided (up to ${index}) than this node (up to ${ownIndex})`,
    next: () => 'Run coterie quorum recover on that machine, or give --force to lose what only it knows',
  }),
  recoveryImpossible: rule<{ detail: string }>({
    wire: 94,
    http: 409,
    exit: 1,
    cause: ({ detail }) => `nothing can be recovered at this node: ${detail}`,
    next: () => 'Run coterie quorum recover on another machine of the mesh',
  }),
  meshVersionUnsupported: rule<{ meshVersion: number; least: number; most: number }>({
    wire: 95,
    http: 409,
    exit: 1,
    cause: ({ meshVersion, least, most }) =>
      `this coterie works in meshes of version ${least === most ? most : `${least} to ${most}`}, and this mesh is at version ${meshVersion}`,
    next: ({ meshVersion, most }) =>
      most < meshVersion
        ? 'Install here the version of coterie that the other machines run (coterie status shows it there), then start it again'
        : 'Update coterie on the other machines first, then start this one again',
  }),
  meshVersionNeeded: rule<{ what: string; needed: number; meshVersion: number }>({
    wire: 96,
    http: 409,
    exit: 1,
    cause: ({ what, needed, meshVersion }) =>
      `${what} needs mesh version ${needed}, and the mesh is at ${meshVersion}, because not every machine was updated`,
    next: () => 'Update coterie on the machines that coterie status names, then try again',
  }),
  recoveryNeedsUpdate: rule<{ names: string; needed: number; meshVersion: number }>({
    wire: 98,
    http: 409,
    exit: 1,
    cause: ({ names, needed, meshVersion }) =>
      `a recovery brings the mesh from version ${meshVersion} to ${needed}, and this machine hears members whose coterie does not support that: ${names}`,
    next: () => 'Update coterie on those machines, or stop it there, then recover',
  }),
  lastToLead: rule<Record<never, never>>({
    wire: 97,
    http: 409,
    exit: 1,
    cause: () =>
      'no other full node stays: edge nodes are left, which start and move no task, or nodes that leave too',
    next: () =>
      'Let another full machine join first (coterie up --token); to end the mesh, let the others leave first',
  }),
  outcomeUnknown: rule<{ index: number }>({
    wire: 89,
    http: 503,
    exit: 1,
    cause: ({ index }) =>
      `decision ${index} was committed, and this node got a snapshot in place of it, so it cannot tell how it went`,
    next: () => 'Look whether it took effect, then try again',
  }),
}
