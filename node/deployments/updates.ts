/** How far services are with their updates, in the words of the API, and what people say of it. */
import type { ServiceUpdate, SteeredUpdate, SteerUpdateRequest } from '../../protocols/control/index.ts'
import {
  type Assignment,
  hasEnded,
  type ObjectKey,
  type RevisionId,
  targetIn,
  targetOf,
} from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { isSameTask, serviceKey } from '../../protocols/spec/index.ts'
import { checkAuthor } from './check-author.ts'
import type { DeploymentComponents } from './types.ts'

type Known = Pick<DeploymentComponents, 'decisions' | 'intent'>

/** Null where no update has begun since the head moved. */
export const updateOf = (
  { decisions }: Pick<Known, 'decisions'>,
  object: ObjectKey,
): ServiceUpdate | null => {
  const row = decisions.view.updates.get(object)
  if (row === undefined) return null
  const { state, phase, changing, done, failures, back, atMs, reason } = row
  return { state, phase, changing: [...changing], done, failures, back, sinceMs: atMs, reason }
}

/** Whether a task is something else than what is to run; also where one of the two is not known here. */
export const isOutdated = ({ decisions, intent }: Known, { object, revision }: Assignment): boolean => {
  const target = targetIn(decisions.view, object)
  if (target === null || target === revision) return false
  const [own, wanted] = [intent.resolveSpec(revision), intent.resolveSpec(target)]
  return own === null || wanted === null || !isSameTask(own, wanted)
}

/** Where a rollback goes that names no revision: to the one before what is to run. */
const previousOf = (service: string, history: readonly RevisionId[], target: RevisionId): RevisionId => {
  const previous = history[history.indexOf(target) + 1]
  if (previous === undefined)
    throw new CoterieError('rollbackImpossible', { service, detail: 'it has no earlier revision' })
  return previous
}

/**
 * Lets the mesh decide what a person says of an update, whoever leads.
 * @throws `edgeMayNotWrite`, `serviceUnknown`, `nothingUpdates`, `rollbackImpossible`, `meshVersionNeeded`, `decisionRefused`, `noQuorum`
 */
export const steerUpdate = async (
  components: Pick<DeploymentComponents, 'self' | 'decisions' | 'clock'>,
  { project, name }: { readonly project: string; readonly name: string },
  { order, to }: SteerUpdateRequest,
): Promise<SteeredUpdate> => {
  const { self, decisions, clock } = components
  const { view } = decisions
  checkAuthor(view, self)
  const object = serviceKey(project, name)
  const service = `${project}/${name}`
  const accepted = view.objects.get(object)
  if (accepted === undefined || accepted.removed)
    throw new CoterieError('serviceUnknown', { service, near: [] })
  const { head, history } = accepted
  const row = view.updates.get(object)
  if (order !== 'rollback' && (row === undefined || hasEnded(row)))
    throw new CoterieError('nothingUpdates', { service })
  if (to !== undefined && !history.includes(to))
    throw new CoterieError('rollbackImpossible', {
      service,
      detail: `revision ${to.slice(0, 12)} is none of its last ${history.length}`,
    })
  const target = targetOf(accepted, row)
  if (order === 'rollback' && to === target)
    throw new CoterieError('rollbackImpossible', { service, detail: 'that revision is to run already' })
  await decisions.decide({
    type: 'updateSteered',
    object,
    revision: head,
    order,
    ...(order === 'rollback' && { to: to ?? previousOf(service, history, target) }),
    atMs: clock.wallMs(),
    reason: 'somebody asked for it',
  })
  const update = updateOf(components, object)
  // A newer head may have come right after it.
  if (update === null) throw new CoterieError('nothingUpdates', { service })
  return { update }
}
