/** A machine of three behind a cut cable, in network namespaces: what is no majority moves nothing. */
import { createDaemons, type RunningDaemon } from '../../test/support/daemons.ts'
import { eventually } from '../../test/support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters, statusOf } from '../../test/support/mesh-views.ts'
import { createLan, type Host } from '../../test/support/netns.ts'
import {
  apply,
  PROCESSES_ONLY,
  pendingOf,
  runningOn,
  serviceTasks,
  sleeper,
} from '../../test/support/task-views.ts'
import { rounds, type SoakPart } from './part.ts'

const RUNS = 20
const PROJECT = 'soak-cut'

const idsOf = (tasks: readonly { readonly task: string }[]): string => tasks.map(({ task }) => task).join()

/**
 * Each round cuts one off, the leader in every second one: it gives up leading, shows the tasks that it knew, and what is
 * written there stays pending, until the cable is back and all are of one mind.
 */
export const part: SoakPart = async (run) => {
  const lan = await createLan(3)
  const daemons = await createDaemons(undefined, PROCESSES_ONLY)
  try {
    const hosts = new Map<string, Host>()
    const start = async (place: number, name: string, more: { found?: boolean; token?: string }) => {
      const host = lan.hosts[place] as Host
      hosts.set(name, host)
      return daemons.start({ name, ...more, within: host.within, listen: '0.0.0.0:7946' })
    }
    const founder = await start(0, 'a', { found: true })
    const token = await founder.invite()
    const mesh = [founder, await start(1, 'b', { token }), await start(2, 'c', { token })]
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    const spec = sleeper(PROJECT, 'web', { replicas: 2 })
    await apply(founder, PROJECT, { specs: [spec] })

    const result = await rounds(run, run.runs ?? RUNS, async (number) => {
      await runningOn(mesh, spec)
      const leader = await agreedLeader(mesh)
      const cutOff =
        number % 2 === 0
          ? byId(mesh, leader)
          : (mesh.find(({ ready }) => ready.node.id !== leader) as RunningDaemon)
      const others = mesh.filter((daemon) => daemon !== cutOff)
      const before = await serviceTasks(cutOff, spec)
      const host = hosts.get(cutOff.name) as Host
      await host.cut()
      try {
        await eventually('it knows no leader', async () => (await statusOf(cutOff)).leader === null)
        const { commitIndex } = await statusOf(cutOff)
        const late = sleeper(PROJECT, `late-${number}`, { replicas: 1 })
        const { revisions } = await apply(cutOff, PROJECT, { specs: [late] })
        if (revisions.some(({ state }) => state === 'accepted'))
          throw new Error('the minority accepted a revision')
        await agreedLeader(others)
        const moved = await runningOn(others, spec, (tasks) =>
          tasks.every(({ node }) => node !== cutOff.ready.node.id),
        )
        const [status, tasks, pending] = [
          await statusOf(cutOff),
          await serviceTasks(cutOff, spec),
          await pendingOf(cutOff),
        ]
        if (status.commitIndex !== commitIndex) throw new Error('the minority committed something')
        if (idsOf(tasks) !== idsOf(before)) throw new Error('the minority moved a task')
        if (pending.length === 0) throw new Error('what was written at the minority is not pending there')
        await host.heal()
        await allAlive(mesh, 3)
        const healed = await runningOn(mesh, spec)
        if (idsOf(healed) !== idsOf(moved)) {
          const why = healed.map(({ task, reason }) => `${task}: ${reason}`).join('; ')
          throw new Error(`tasks moved without need when the cable was back, from ${idsOf(moved)} to ${why}`)
        }
        await apply(founder, PROJECT, { specs: [], remove: [late.name] })
        await eventually('nothing of it runs', async () => (await serviceTasks(founder, late)).length === 0)
      } finally {
        await host.heal()
      }
    })
    return { ...result, figures: {} }
  } finally {
    try {
      await daemons.close()
    } finally {
      await lan.remove()
    }
  }
}
