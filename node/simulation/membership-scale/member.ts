/** One simulated member: its machine, and the events that wait while it is busy. */

import {
  createMembership,
  type MembershipEffect,
  type MembershipEvent,
  type MembershipMessage,
  type MembershipTimings,
  type MemberView,
  membersOf,
  step,
} from '../../../protocols/membership/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'

/** What waits at a busy member: everything, as in a process that does something else; or messages, as behind a full link. */
export type Busyness = 'stalled' | 'deaf'

export interface SimulatedMember {
  readonly node: NodeId
  views(): readonly MemberView[]
  /** Lets something happen to it: at once, or when it is no longer busy; never where it does not run. */
  happen(event: MembershipEvent): void
  start(roster: ReadonlySet<NodeId>): void
  /** Starts it as if it had heard all this long ago; nobody hears of it in turn. */
  startWith(roster: ReadonlySet<NodeId>, heard: readonly MembershipMessage[]): void
  fallSilent(): void
  /** From here on what happens waits. */
  becomeBusy(kind: Busyness): void
  /** Handles what waited: late timers first, as an event loop does. */
  becomeFree(): void
}

export interface MemberInit {
  readonly node: NodeId
  readonly addresses: readonly string[]
  readonly timings: MembershipTimings
  readonly env: { nowMs(): number; readonly random: Random }
  /** Does what the machine wants done. */
  carryOut(node: NodeId, effect: MembershipEffect): void
}

export const createSimulatedMember = (init: MemberInit): SimulatedMember => {
  const { node, addresses, timings, env, carryOut } = init
  let state = createMembership({ self: node, incarnation: 1, addresses, timings })
  let isRunning = false
  let busy: Busyness | null = null
  const late: { readonly timers: MembershipEvent[]; readonly messages: MembershipEvent[] } = {
    timers: [],
    messages: [],
  }

  const take = (event: MembershipEvent): readonly MembershipEffect[] => {
    const next = step(state, event, { nowMs: env.nowMs(), random: env.random })
    state = next.state
    return next.effects
  }

  const happen = (event: MembershipEvent): void => {
    if (!isRunning) return
    if (busy !== null && event.type === 'received') late.messages.push(event)
    else if (busy === 'stalled') late.timers.push(event)
    else for (const effect of take(event)) carryOut(node, effect)
  }

  return {
    node,
    views: () => membersOf(state),
    happen,
    start: (roster) => {
      isRunning = true
      happen({ type: 'started' })
      happen({ type: 'roster', members: roster })
    },
    startWith: (roster, heard) => {
      isRunning = true
      take({ type: 'roster', members: roster })
      const from = [...roster].find((other) => other !== node)
      if (from !== undefined) for (const message of heard) take({ type: 'received', from, message })
      happen({ type: 'started' })
    },
    fallSilent: () => {
      isRunning = false
    },
    becomeBusy: (kind) => {
      busy = kind
    },
    becomeFree: () => {
      busy = null
      const waited = [...late.timers.splice(0), ...late.messages.splice(0)]
      for (const event of waited) happen(event)
    },
  }
}
