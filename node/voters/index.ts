/** Keeps the right members voting, while this node leads. */
export { chooseVoters, STEADY_MS, type VoterCandidate } from './choose-voters.ts'
export { type EdgesComponents, followEdges } from './follow-edges.ts'
export { createVoterKeeper, type VoterKeeperComponents } from './voter-keeper.ts'
