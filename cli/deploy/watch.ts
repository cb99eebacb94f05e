/** Looks at the tasks of a deployment until it has ended. */
import type { ServiceUpdate } from '../../protocols/control/index.ts'
import type { Client } from '../client.ts'
import { wakeOnEvents } from '../wake.ts'
import {
  type DeployedService,
  followSlots,
  lookAtSlots,
  type Slot,
  slotsOf,
  type Verdict,
  verdictOf,
} from './slots.ts'

/** Events wake the next look; this is for those that were lost. */
const LOOK_MS = 1_000

export interface WatchInit {
  readonly services: readonly DeployedService[]
  readonly timeoutMs: number
  /** Ends the watching, never the deployment. */
  readonly signal: AbortSignal
  /** Told of each look: all slots, and those with news. */
  readonly show: (slots: readonly Slot[], changed: readonly Slot[]) => void
}

export interface Watched {
  readonly ending: Verdict | 'superseded' | 'undone' | 'late' | 'left'
  readonly slots: readonly Slot[]
  /** Objects whose head is another revision than the deployed one. */
  readonly superseded: readonly string[]
  /** Updates that were paused or turned back. */
  readonly undone: readonly (ServiceUpdate & { readonly object: string })[]
}

/** Resolves with how it ended. @throws whatever the daemon answers with, once it cannot be asked any more */
export const watchSlots = async (client: Client, init: WatchInit): Promise<Watched> => {
  const { services, timeoutMs, signal, show } = init
  const done = new AbortController()
  const stirred = wakeOnEvents(client, AbortSignal.any([signal, done.signal]))
  const lateMs = performance.now() + timeoutMs
  let slots: readonly Slot[] = slotsOf(services)
  try {
    for (;;) {
      const [tasks, known] = await Promise.all([
        client.call('GET /v1/tasks'),
        client.call('GET /v1/services'),
      ])
      const nowMs = performance.now()
      const before = slots
      slots = lookAtSlots(followSlots(services, before, tasks), tasks, nowMs)
      show(
        slots,
        slots.filter(({ label, news }) => news !== before.find((each) => each.label === label)?.news),
      )
      const heads = new Map(known.services.map(({ object, revision }) => [object, revision]))
      const superseded = services.filter(
        ({ object, revision, isRemoved }) => heads.get(object) !== (isRemoved ? undefined : revision),
      )
      if (superseded.length > 0)
        return { ending: 'superseded', slots, superseded: superseded.map(({ object }) => object), undone: [] }
      const updates = known.services.flatMap(({ object, update }) =>
        update !== null && services.some((each) => each.object === object) ? [{ object, ...update }] : [],
      )
      const undone = updates.filter(({ state }) => state !== 'updating' && state !== 'completed')
      if (undone.length > 0) return { ending: 'undone', slots, superseded: [], undone }
      const verdict = verdictOf(slots)
      // What fails in an update is tried again, or taken back; and what is up is watched for a while.
      const isSettled = updates.every(({ state }) => state === 'completed')
      if (verdict !== null && (isSettled || verdict === 'unplaced'))
        return { ending: verdict, slots, superseded: [], undone: [] }
      if (signal.aborted) return { ending: 'left', slots, superseded: [], undone: [] }
      if (nowMs >= lateMs) return { ending: 'late', slots, superseded: [], undone: [] }
      const dueMs = slots.flatMap((slot) => (slot.dueMs === null ? [] : [slot.dueMs]))
      await stirred(Math.min(nowMs + LOOK_MS, lateMs, ...dueMs) - nowMs)
    }
  } finally {
    done.abort()
  }
}
