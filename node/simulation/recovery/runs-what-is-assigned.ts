import { type Assignment, targetOf } from '../../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { Core } from '../../daemon/core.ts'
import { isSameOn } from '../checkers/updates.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { firstOf, type Healed, type Recovery } from './recovery.ts'

/** Whether nothing about the image keeps it from running for good, as far as one look at what it does can tell. */
const canRun = ({ behaviourOf }: Mesh, spec: ServiceSpec): boolean => {
  const { pullMs, refusal, ends } = behaviourOf(spec, {})
  return pullMs !== null && refusal === null && ends === null
}

/** Runs here and is not given to this node. */
const strayOn = ({ self, name, engine }: Machine, { planes }: Core): string | null => {
  const given = new Set(Array.from(planes.decisions.view.tasksOn(self), ({ task }) => task))
  const stray = engine.containers().find(({ task, isRunning }) => isRunning && !given.has(task))
  return stray === undefined ? null : `${stray.task} runs on ${name}, to which the log does not give it`
}

/** Why a task does not serve what is to run; null where it does. */
const idlenessOf = (
  holder: Assignment,
  target: string,
  asked: Core,
  core: readonly Machine[],
): string | null => {
  if (isSameOn(asked, holder.revision, target) !== true) return `${holder.task} is of another revision`
  const machine = core.find(({ self }) => self === holder.node)
  if (machine === undefined) return `${holder.task} is left on ${holder.node}, which is gone`
  const state = asked.work.observed.statusOf(holder)?.state
  if (state === 'completed') return null
  const runs = machine.engine.containers().some(({ task, isRunning }) => isRunning && task === holder.task)
  return runs && state === 'running'
    ? null
    : `${holder.task} does not run on ${machine.name}, which calls it ${state}`
}

/** The first wanted slot that could be served, and is not. */
const idleSlot = ({ mesh, core }: Healed): string | null => {
  const asked = core[0]?.core
  if (asked === null || asked === undefined) return 'nobody is there to be asked'
  return firstOf(asked.planes.decisions.view.objects.values(), (object) => {
    const { view } = asked.planes.decisions
    const row = view.updates.get(object.object)
    const target = targetOf(object, row)
    const spec = object.removed ? null : asked.planes.intent.resolveSpec(target)
    // Where an update waits for a person, two revisions run for good.
    if (spec === null || !canRun(mesh, spec) || row?.state.endsWith('paused')) return null
    const own = [...view.tasksOf(object.object)]
    if (own.length !== spec.replicas)
      return `${object.object} has ${own.length} tasks, and ${spec.replicas} are wanted`
    return firstOf(own, (holder) => idlenessOf(holder, target, asked, core))
  })
}

/** Nothing runs on a machine but what the log gives to it. */
export const NOTHING_ELSE_RUNS: Recovery = {
  name: 'runs-what-is-assigned',
  withinMs: 30_000,
  missing: ({ core }) =>
    firstOf(core, (machine) =>
      machine.core === null ? `${machine.name} is down` : strayOn(machine, machine.core),
    ),
}

/** Every replica that is wanted and can run does. */
export const WHAT_IS_WANTED_RUNS: Recovery = {
  name: 'runs-what-is-assigned',
  // A slot that failed often is filled again after a minute, an image is pulled for some seconds, and what is updated is watched.
  withinMs: 120_000,
  missing: idleSlot,
}
