/**
 * Membership: SWIM as a pure machine. It tells who of the admitted nodes is alive, as far as this node knows.
 *
 * Guarantees: a member that falls silent is declared dead by all, and one that is not is alive again soon after it
 * can refute; news merges to the same in any order. Not guaranteed: that two nodes agree at one time, nor that who
 * is called dead has stopped. After Das, Gupta and Motivala, SWIM (2002), and Dadgar, Phillips and Currey, Lifeguard (2017).
 */
export { type MembershipMessage, membershipCodec, type News } from './messages.ts'
export { createMembership, type MembershipState, memberOf, membersOf } from './state.ts'
export { step } from './step.ts'
export { MEMBERSHIP_TIMINGS } from './timings.ts'
export type {
  MemberChange,
  MemberStatus,
  MembershipEffect,
  MembershipEvent,
  MembershipInit,
  MembershipTimer,
  MembershipTimings,
  MemberView,
  StepEnv,
} from './types.ts'
