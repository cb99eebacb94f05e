/**
 * Stories about the updates of one service, `web`, on three nodes. `# ` tells, `> ` does, and the indented lines below say what whoever
 * leads decided then. Time passes only where the story says so, and tasks do nothing unless it does.
 *
 *     > deploy one 3                    somebody deploys the image `one` with three replicas
 *     > deploy two 3 order=stop-first parallelism=2 monitorMs=5000 exclusive      and so many settings
 *     > tell 0 running, tell 0 2 failed     what the tasks of these slots say of themselves
 *     > up                              all tasks that were not begun are running
 *     > health 3 unhealthy              a running one's health
 *     > pass 15000                      milliseconds; what is due meanwhile happens
 *     > dead b, alive b                 a node
 *     > lead l2                         another node leads, which followed the log as well
 *     > restart l2                      it begins anew, and knows the log alone
 *     > pause, resume, rollback one     what somebody says
 *     > look                            the row of the update, and which slot runs what
 */
import { type Plan, reconcile } from '../../../../node/scheduler/index.ts'
import { createLookout, type LookoutSources } from '../../../../node/scheduler/lookout.ts'
import {
  createDecisions,
  type Decision,
  type DecisionOf,
  decisionCodec,
} from '../../../../protocols/decisions/index.ts'
import type { Rollout, ServiceSpec } from '../../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../../protocols/tasks/index.ts'
import { type Commands, playStory } from '../../../support/stories.ts'
import { ONE_NODE, SPEC } from '../one-node.ts'

const WEB = 'service/shop/web'
const NODES = ['a', 'b', 'c']
const idOf = (name: string): string => `12D3KooW${name.repeat(44).slice(0, 44)}`
/** One step in a round, and a story would not go on for ever. */
const ROUNDS_MAX = 50

interface Told {
  readonly state: TaskState
  readonly health?: string
}

/** Plays a story again and returns it with what happened this time; equal to the given text if nothing changed. */
export const replay = (story: string): string => {
  const { view, apply } = createDecisions()
  const said: string[] = []
  const specs = new Map<string, ServiceSpec>()
  const images = new Map<string, string>()
  const states = new Map<string, Told>()
  const dead = new Set<string>()
  const withheld = new Set<string>()
  type Lookout = ReturnType<typeof createLookout>
  type Applied = Parameters<LookoutSources['decisions']['onApplied']>[0]
  const lookouts = new Map<string, { readonly lookout: Lookout; readonly applied: Applied }>()
  let nowMs = 0
  let leader = 'l1'

  const decide = (decision: Decision): number => {
    const index = view.appliedIndex + 1
    const read = decisionCodec.decode(decisionCodec.encode(decision))
    const outcome = apply(index, read)
    if (!outcome.ok) said.push(`refused: ${outcome.reason}`)
    for (const { applied } of lookouts.values()) applied({ decision: read, outcome })
    return index
  }

  const statusOf = (task: string): TaskStatus | null =>
    view.tasks.has(task)
      ? ({ task, runtime: 'docker', ...(states.get(task) ?? { state: 'assigned' }) } as TaskStatus)
      : null

  const begin = (name: string): void => {
    let applied: Applied = () => {}
    const never = () => () => {}
    const lookout = createLookout({
      decisions: {
        view,
        onApplied: (listener) => {
          applied = listener
          return () => {}
        },
        onRestored: never,
      },
      records: { specOf: (revision) => specs.get(revision) ?? null, statusOf, onChange: never },
      leases: {
        withheldFor: (task) => (withheld.has(task) ? 'it is to be moved' : null),
        movableAtMs: (task) => (withheld.has(task) ? nowMs : Number.POSITIVE_INFINITY),
        silentForMs: () => 0,
        isHeldDown: () => false,
      },
      members: {
        nodes: () =>
          NODES.map((name) => {
            const health = dead.has(name) ? ('dead' as const) : ('alive' as const)
            return { ...ONE_NODE, node: idOf(name), name, health }
          }),
        onChange: never,
      },
      clock: { nowMs: () => nowMs, wallMs: () => 1_000_000 + nowMs },
    })
    lookout.follow(() => {})
    lookouts.set(name, { lookout, applied })
  }

  const imageOf = (revision: string | null): string => (revision && images.get(revision)) ?? 'nothing'

  const sayPlan = ({ assign, release, progress, waiting }: Plan): void => {
    for (const { task } of release) said.push(`release ${task.split('.')[2]}`)
    for (const { slot, node, revision } of assign)
      said.push(`assign ${slot} to ${node.at(-1)}: ${imageOf(revision)}`)
    for (const { step, state, phase, changing, reason } of progress)
      said.push(`step ${step}: ${state}, ${phase} [${changing.join(' ')}], ${reason}`)
    if (assign.length + release.length + progress.length === 0)
      for (const { slot, reason } of waiting) said.push(`waits ${slot}: ${reason}`)
  }

  /** The time at which something is due; infinite where nothing is. */
  const plan = (): number => {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const { lookout } = lookouts.get(leader) as { lookout: Lookout }
      lookout.change(WEB)
      lookout.look({ isReview: true })
      const plan = reconcile(lookout.takeView(Number.POSITIVE_INFINITY))
      lookout.note(plan)
      sayPlan(plan)
      for (const { task } of plan.withhold) {
        said.push(`withhold ${task.split('.')[2]}`)
        withheld.add(task)
      }
      for (const each of plan.release) decide({ type: 'taskReleased', ...each })
      for (const each of plan.assign) lookout.assigned(each, decide({ type: 'taskAssigned', ...each }))
      for (const each of plan.progress)
        decide({ type: 'updateProgressed', ...each } as DecisionOf<'updateProgressed'>)
      const { release, assign, progress, withhold } = plan
      if (release.length + assign.length + progress.length + withhold.length === 0)
        return plan.retryAtMs ?? Number.POSITIVE_INFINITY
    }
    throw new Error(`the leader never comes to rest: ${said.slice(-6).join('; ')}`)
  }

  const taskIn = (slot: string): string => {
    const task = [...view.tasksOf(WEB)].find((each) => String(each.slot) === slot)
    if (task === undefined) throw new Error(`slot ${slot} has no task`)
    return task.task
  }

  const configOf = (settings: readonly string[]): { updateConfig?: Rollout } => {
    const pairs = settings
      .filter((each) => each.includes('='))
      .map((each) => each.split('=') as [string, string])
    const values = pairs.map(([key, value]) => [key, Number.isNaN(Number(value)) ? value : Number(value)])
    return pairs.length === 0 ? {} : { updateConfig: Object.fromEntries(values) }
  }

  const steer = (order: 'pause' | 'resume' | 'rollback', to?: string): void => {
    const revision = view.objects.get(WEB)?.head ?? '0'.repeat(64)
    const back = [...images].findLast(([, image]) => image === to)?.[0]
    decide({
      type: 'updateSteered',
      object: WEB,
      revision,
      order,
      ...(back === undefined ? {} : { to: back }),
      atMs: 1_000_000 + nowMs,
      reason: 'somebody asked',
    })
    plan()
  }

  decide({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1, version: 2 })
  for (const name of NODES)
    decide({
      type: 'nodeAdmitted',
      node: idOf(name),
      name,
      addresses: [],
      atMs: 1,
      meshVersions: { least: 1, most: 2 },
    })
  begin(leader)

  const commands: Commands = {
    deploy: (image = '', replicas = '1', ...settings) => {
      const revision = String(images.size + 1).padStart(64, '0')
      const isExclusive = settings.includes('exclusive')
      specs.set(revision, {
        ...SPEC,
        image,
        replicas: Number(replicas),
        ...(isExclusive && { exclusive: true }),
        ...configOf(settings),
      })
      images.set(revision, image)
      const head = view.objects.get(WEB)?.head
      decide({
        type: 'revisionAccepted',
        revision,
        object: WEB,
        parents: head === undefined ? [] : [head],
        hlc: { wallMs: images.size, counter: 0 },
        removed: false,
      })
      plan()
    },
    tell: (...words) => {
      for (const slot of words.slice(0, -1)) states.set(taskIn(slot), { state: words.at(-1) as TaskState })
      plan()
    },
    health: (slot = '', health = '') => {
      states.set(taskIn(slot), { state: 'running', health })
      plan()
    },
    up: () => {
      for (const { task } of view.tasksOf(WEB)) if (!states.has(task)) states.set(task, { state: 'running' })
      plan()
    },
    pass: (ms = '') => {
      const untilMs = nowMs + Number(ms)
      for (let dueMs = plan(); dueMs <= untilMs; dueMs = plan()) {
        nowMs = Math.max(nowMs + 1, dueMs)
        said.push(`at ${nowMs}:`)
      }
      nowMs = untilMs
    },
    dead: (name = '') => {
      dead.add(name)
      plan()
    },
    alive: (name = '') => {
      dead.delete(name)
      plan()
    },
    lead: (name = '') => {
      if (!lookouts.has(name)) begin(name)
      leader = name
      plan()
    },
    restart: (name = '') => {
      begin(name)
      plan()
    },
    pause: () => steer('pause'),
    resume: () => steer('resume'),
    rollback: (to) => steer('rollback', to),
    look: () => {
      const row = view.updates.get(WEB)
      if (row === undefined) said.push('no update')
      else {
        const { state, phase, changing, done, failures, back } = row
        said.push(
          `${state}, ${phase} [${changing.join(' ')}], ${done} done, ${failures} failed, back to ${imageOf(back)}`,
        )
      }
      const tasks = [...view.tasksOf(WEB)].sort((a, b) => a.slot - b.slot)
      said.push(
        tasks
          .map(({ slot, revision, task }) => `${slot}: ${imageOf(revision)} ${statusOf(task)?.state}`)
          .join(', '),
      )
    },
  }
  return playStory(story, commands, said)
}
