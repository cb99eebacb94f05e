/**
 * Runs the membership machine with the clock, the network and the disk of a node. See docs/design/membership.md.
 *
 * Guarantees: no message leaves before the incarnation that it carries is on disk; listeners hear of changes in
 * their order, and what they throw is logged. Not guaranteed: anything that the machine does not guarantee.
 */
export { createMembershipService } from './membership-service.ts'
export type { MembershipComponents, MembershipService, MembershipServiceInit } from './types.ts'
