/** SIGKILL of the leader in the middle of deploys: no accepted write is lost, and no slot runs twice. */
import { setTimeout as pause } from 'node:timers/promises'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import { createDaemons, type RunningDaemon } from '../../test/support/daemons.ts'
import { eventually } from '../../test/support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../../test/support/mesh-views.ts'
import {
  apply,
  onlyPrograms,
  PROCESSES_ONLY,
  programsOf,
  runningOn,
  servicesOf,
  sleeper,
} from '../../test/support/task-views.ts'
import { rounds, type SoakPart } from './part.ts'

const RUNS = 100
const PROJECT = 'soak-kills'
/** From the request to the last running task: the leader is killed at any moment of this. */
const LONGEST_DEPLOY_MS = 400
/** Writes beside the deploy, each of a service of its own. */
const WRITES = 4

/** Runs nowhere: it is there to be found again. */
const marker = (round: number, write: number): ServiceSpec =>
  sleeper(PROJECT, `marker-${round}-${write}`, { replicas: 0 })

/** The revisions of the specs that were accepted, by their object; what was not answered may be accepted or not. */
const acceptedOf = async (daemon: RunningDaemon, specs: readonly ServiceSpec[]) => {
  const { revisions } = await apply(daemon, PROJECT, { specs }).catch(() => ({ revisions: [] }))
  return revisions.flatMap(({ object, revision, state }) =>
    state === 'accepted' ? [[object, revision] as const] : [],
  )
}

/** Waits until what the daemons tell to run, nothing of it on the one that is gone, is what runs; or says what did. */
const onlyTasks = async (
  spec: ServiceSpec,
  daemons: readonly RunningDaemon[],
  gone: string | null = null,
): Promise<void> => {
  const tasks = await runningOn(daemons, spec, (all) => all.every(({ node }) => node !== gone))
  await onlyPrograms(spec, tasks).catch(async (error: Error) => {
    throw new Error(`${error.message}; it was ${(await programsOf(spec)).join(', ')}`)
  })
}

/** Throws unless each of `daemons` has each of these heads. */
const assertKept = async (
  daemons: readonly RunningDaemon[],
  accepted: ReadonlyMap<string, string>,
): Promise<void> => {
  for (const daemon of daemons) {
    const heads = new Map((await servicesOf(daemon)).map(({ object, revision }) => [object, revision]))
    for (const [object, revision] of accepted) {
      if (heads.get(object) !== revision)
        throw new Error(`${daemon.name} lost the accepted revision ${revision.slice(0, 12)} of ${object}`)
    }
  }
}

export const part: SoakPart = async (run) => {
  const daemons = await createDaemons(undefined, PROCESSES_ONLY)
  /** Heads that were told as accepted. */
  const accepted = new Map<string, string>()
  let writes = 0
  try {
    let mesh = await daemons.mesh('a', 'b', 'c')
    await settledVoters(mesh, 3)
    const result = await rounds(run, run.runs ?? RUNS, async (number) => {
      const spec = sleeper(PROJECT, 'hasty', { replicas: 2 + (number % 2) * 2, saying: `round ${number}` })
      const leader = byId(mesh, await agreedLeader(mesh))
      const others = mesh.filter((daemon) => daemon !== leader)
      const asked = others[number % 2] as RunningDaemon
      const markers = Array.from({ length: WRITES }, (_, write) => acceptedOf(asked, [marker(number, write)]))
      const deployed = acceptedOf(asked, [spec])
      await pause(Math.random() * LONGEST_DEPLOY_MS)
      await leader.end('SIGKILL')
      for (const [object, revision] of (await Promise.all([deployed, ...markers])).flat()) {
        accepted.set(object, revision)
        writes += 1
      }
      if (!accepted.has(serviceKey(PROJECT, spec.name))) throw new Error('the deploy was never accepted')
      await onlyTasks(spec, others, leader.ready.node.id)
      mesh = [...others, await daemons.start({ name: leader.name })]
      await allAlive(mesh, 3)
      await onlyTasks(spec, mesh)
      await eventually('all that was accepted is there', () => assertKept(mesh, accepted).then(() => true))
    })
    return { ...result, figures: { acceptedWrites: writes } }
  } finally {
    await daemons.close()
  }
}
