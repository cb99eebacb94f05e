/** A deployment from its plan to its end: written down, accepted, running. What is said about it is said elsewhere. */
import type { Applied, ApplyRequest, Plan } from '../../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { Client } from '../client.ts'
import { labelOf } from '../service-name.ts'
import { placementsOfChanges } from './describe-plan.ts'
import { lastLinesOf } from './last-lines.ts'
import type { Show } from './screen.ts'
import type { DeployedService, Slot } from './slots.ts'
import { type Watched, watchSlots } from './watch.ts'

export interface Deployment {
  readonly project: string
  readonly specs: readonly ServiceSpec[]
  readonly plan: Plan
  /** Insists on the heads of the plan. */
  readonly ifRevision: boolean
  /** Ends once the changes are accepted. */
  readonly detach: boolean
  readonly timeoutMs: number
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly show: Show
}

export interface FailedSlot {
  readonly slot: string
  readonly node: string
  readonly detail: string
  /** Code of its problem; null where it told none. */
  readonly code: string | null
  readonly lines: readonly string[]
}

export interface Ending {
  readonly outcome: 'unchanged' | 'planned' | 'accepted' | 'refused' | 'pending' | Watched['ending']
  readonly revisions: Applied['revisions']
  readonly slots: readonly Slot[]
  readonly failures: readonly FailedSlot[]
  /** What to tell, with its exit code; null where all is well, and where the person left. */
  readonly error: CoterieError | null
}

/** An end at which nothing was done. */
export const NOTHING_DONE: Omit<Ending, 'outcome'> = { revisions: [], slots: [], failures: [], error: null }

/** Applies what the plan changes and waits for its end. @throws whatever the daemon refuses it with */
export const deploy = async (client: Client, deployment: Deployment): Promise<Ending> => {
  const { signal, detach } = deployment
  const body = applyRequestOf(deployment)
  const applied = await client.call('POST /v1/apply', { body }, { signal }).catch((error: unknown) => {
    if (signal.aborted) return null
    throw error
  })
  if (applied === null) return { ...NOTHING_DONE, outcome: 'left' }
  const { revisions } = applied
  const error = acceptanceError(applied)
  if (error !== null) {
    const outcome = isCoterieError(error, 'revisionRefused') ? 'refused' : 'pending'
    return { ...NOTHING_DONE, revisions, outcome, error }
  }
  if (detach) return { ...NOTHING_DONE, revisions, outcome: 'accepted' }
  const services = deployedOf(deployment.specs, applied)
  const watched = await watchSlots(client, { ...deployment, services })
  const failed = watched.slots.filter(({ standing }) => standing === 'failed')
  const failures = await Promise.all(failed.map((slot) => failureOf(client, slot)))
  const { ending: outcome, slots } = watched
  return { outcome, revisions, slots, failures, error: errorOf(watched, failures, deployment) }
}

/** Only what changes is asked for: a plan that somebody said yes to is not widened. */
const applyRequestOf = ({ project, specs, plan, ifRevision }: Deployment): ApplyRequest => {
  const against = (head: string | null) => ({ seen: head, ...(ifRevision && { ifHead: head }) })
  const changed = new Map(plan.changes.map((change) => [labelOf(change.object), change]))
  const images = new Map(plan.images?.map(({ object, image }) => [labelOf(object), image]))
  return {
    project,
    changes: specs.flatMap((spec) => {
      const change = changed.get(labelOf(spec))
      if (change === undefined || change.action === 'unchanged') return []
      const image = images.get(labelOf(spec)) ?? spec.image
      return [{ spec: { ...spec, image }, ...against(change.head) }]
    }),
    remove: plan.changes
      .filter(({ action }) => action === 'remove')
      .map(({ object, head }) => ({ name: labelOf(object).split('/')[1] as string, ...against(head) })),
    via: 'cli',
  }
}

/** What keeps it from being accepted: refused before pending; null where all of it is. */
export const acceptanceError = ({ revisions }: Applied): CoterieError | null => {
  const refused = revisions.find(({ state }) => state === 'refused')
  if (refused !== undefined) {
    const { object, reason } = refused
    return new CoterieError('revisionRefused', { object: labelOf(object), reason: reason ?? 'no reason' })
  }
  const pending = revisions.filter(({ state }) => state === 'pending')
  if (pending.length === 0) return null
  const reason = pending[0]?.reason ?? 'no majority has answered'
  return new CoterieError('revisionPending', {
    objects: pending.map(({ object }) => labelOf(object)),
    reason,
  })
}

/** What a plan alone ends with: an error where a slot has no place. */
export const endOfPlan = (plan: Plan): Ending => {
  const slots = placementsOfChanges(plan)
    .filter(({ node }) => node === null)
    .map(({ object, slot, reason }) => ({ slot: `${labelOf(object)} ${slot}`, reason }))
  const error = slots.length === 0 ? null : new CoterieError('placementImpossible', { slots })
  return { ...NOTHING_DONE, outcome: 'planned', error }
}

const deployedOf = (specs: readonly ServiceSpec[], { revisions }: Applied): DeployedService[] =>
  revisions.map(({ object, revision }) => {
    const spec = specs.find((candidate) => labelOf(candidate) === labelOf(object))
    return { object, revision, replicas: spec?.replicas ?? 0, isRemoved: spec === undefined }
  })

const failureOf = async (client: Client, { label, task }: Slot): Promise<FailedSlot> => ({
  slot: label,
  node: task?.name ?? 'unknown',
  detail: task?.problem?.message ?? `it ended ${task?.state}`,
  code: task?.problem?.code ?? null,
  lines: task === null ? [] : await lastLinesOf(client, task),
})

const errorOf = (
  { ending, slots, superseded, undone }: Watched,
  failures: readonly FailedSlot[],
  { timeoutMs }: Deployment,
): CoterieError | null => {
  switch (ending) {
    case 'failed':
      return new CoterieError('deployFailed', {
        tasks: failures.map(({ slot, detail }) => ({ slot, detail })),
      })
    case 'unplaced': {
      const unplaced = slots.filter(({ standing }) => standing === 'unplaced')
      return new CoterieError('placementImpossible', {
        slots: unplaced.map(({ label, text }) => ({ slot: label, reason: text })),
      })
    }
    case 'undone':
      return new CoterieError('updateUndone', {
        services: undone.map(({ object, state, reason }) => ({ service: labelOf(object), state, reason })),
      })
    case 'superseded':
      return new CoterieError('deploySuperseded', { objects: superseded.map(labelOf) })
    case 'late': {
      const coming = slots.filter(({ standing }) => standing !== 'up' && standing !== 'gone')
      return new CoterieError('deployLate', {
        timeoutMs,
        slots: coming.map(({ label, text }) => `${label} (${text})`),
      })
    }
    case 'up':
    case 'left':
      return null
  }
}
