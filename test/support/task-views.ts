/** What tests deploy through running daemons, and how they look at what became of it. */
import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Applied, LogLine, Pending, Plan, Services, Task, Tasks } from '../../protocols/control/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { RunningDaemon } from './daemons.ts'
import { eventually } from './eventually.ts'

/** Between two looks at several daemons: their answers cost the cores that the daemons need. */
const LOOK_MS = 50

/** Variables of daemons that run plain processes and see no Docker, whatever this machine has. */
export const PROCESSES_ONLY = { COTERIE_PROCESSES: 'on', COTERIE_DOCKER_SOCKET: '/nonexistent/docker.sock' }

/** An update that is over as soon as the new tasks run: in place, all at once, unwatched. Wants mesh version 2. */
export const AT_ONCE = { parallelism: 0, delayMs: 0, monitorMs: 0, order: 'stop-first' } as const

/** Says who it is, then waits until it is asked to stop. Needs nothing but a shell. */
export const sleeper = (
  project: string,
  name: string,
  { replicas = 1, saying = 'hello' }: { readonly replicas?: number; readonly saying?: string } = {},
): ServiceSpec => ({
  kind: 'service',
  name,
  project,
  image: null,
  command: null,
  environment: { SAYING: saying },
  ports: [],
  replicas,
  restart: 'unless-stopped',
  process: { command: ['sh', '-c', 'echo "$SAYING from $COTERIE_TASK"; exec sleep 100000'] },
  updateConfig: AT_ONCE,
})

export interface Deployment {
  readonly specs?: readonly ServiceSpec[]
  readonly remove?: readonly string[]
}

/** Writes down what shall run and what shall be gone, all of it of `project`. */
export const apply = async (
  daemon: RunningDaemon,
  project: string,
  { specs = [], remove = [] }: Deployment,
) =>
  (await daemon.post('/v1/apply', {
    project,
    changes: specs.map((spec) => ({ spec })),
    remove: remove.map((name) => ({ name })),
  })) as Applied

export const deploy = (daemon: RunningDaemon, spec: ServiceSpec): Promise<Applied> =>
  apply(daemon, spec.project, { specs: [spec] })

/** Resolves once every one of `daemons` would spread `spec` over all of them: each has heard what the others can run. */
export const spreadsOver = (daemons: readonly RunningDaemon[], spec: ServiceSpec): Promise<true> =>
  eventually('each knows what the others can run', async () => {
    const plans = await Promise.all(
      daemons.map((daemon) => daemon.post('/v1/plan', { project: spec.project, specs: [spec] })),
    )
    return plans.every((plan) => {
      const nodes = new Set((plan as Plan).placements.map(({ node }) => node))
      return nodes.size === daemons.length && !nodes.has(null)
    })
  })

export const tasksOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/tasks')) as Tasks
export const servicesOf = async (daemon: RunningDaemon) =>
  ((await daemon.get('/v1/services')) as Services).services
export const pendingOf = async (daemon: RunningDaemon) =>
  ((await daemon.get('/v1/pending')) as Pending).pending

/** The tasks of one service, in the order of their slots. */
export const serviceTasks = async (
  daemon: RunningDaemon,
  { project, name }: Pick<ServiceSpec, 'project' | 'name'>,
): Promise<Task[]> => {
  const object = serviceKey(project, name)
  return (await tasksOf(daemon)).tasks.filter((task) => task.object === object)
}

const summary = (tasks: readonly Task[]): string =>
  tasks.map(({ task, revision, node, state }) => `${task} ${revision} ${node} ${state}`).join('\n')

/** Resolves with the tasks of `spec` once every one of `daemons` sees the same: as many as are wanted, and all running what they should. */
export const runningOn = (
  daemons: readonly RunningDaemon[],
  spec: Pick<ServiceSpec, 'project' | 'name' | 'replicas'>,
  which: (tasks: readonly Task[]) => boolean = () => true,
): Promise<Task[]> => {
  let last = ''
  const look = async (): Promise<Task[] | null> => {
    await pause(LOOK_MS)
    const views = await Promise.all(daemons.map((daemon) => serviceTasks(daemon, spec)))
    last = views.map(summary).join('\n--\n')
    const tasks = views[0] as Task[]
    const agreed = views.every((view) => summary(view) === summary(tasks))
    const complete =
      tasks.length === spec.replicas && tasks.every(({ state, outdated }) => state === 'running' && !outdated)
    return agreed && complete && which(tasks) ? tasks : null
  }
  return eventually(`${spec.replicas} running of ${spec.name}`, look).catch((error: Error) => {
    throw new Error(`${error.message}; last seen:\n${last}`, { cause: error.cause })
  })
}

/** Ids of the tasks whose programs run on this machine as plain processes, of any node, sorted. */
export const programsOf = async ({
  project,
  name,
}: Pick<ServiceSpec, 'project' | 'name'>): Promise<string[]> => {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    const task = /(?:^|\0)COTERIE_TASK=([^\0]*)/.exec(environment)?.[1]
    if (task?.startsWith(`${project}.${name}.`) && (await leadsGroup(pid))) found.push(task)
  }
  return found.sort()
}

/** The program of a task leads its group; a watchdog of the same environment is in it too. */
const leadsGroup = async (pid: string): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === pid && state !== 'Z'
}

/** Resolves once exactly the programs of `tasks` run on this machine. */
export const onlyPrograms = (spec: Pick<ServiceSpec, 'project' | 'name'>, tasks: readonly Task[]) => {
  const wanted = tasks.map(({ task }) => task).sort()
  return eventually(`only ${wanted.join(', ') || 'nothing'} runs`, async () => {
    await pause(LOOK_MS)
    return (await programsOf(spec)).join() === wanted.join()
  })
}

/** The log of a task up to now, asked of any node. */
export const logsOf = (daemon: RunningDaemon, task: string): Promise<LogLine[]> =>
  new Promise((resolve, reject) => {
    const { socket: socketPath } = daemon.ready
    const asked = request({ socketPath, path: `/v1/tasks/${task}/logs` }, (response) => {
      text(response).then((body) => resolve(linesOf(body)), reject)
    })
    asked.on('error', reject)
    asked.end()
  })

const linesOf = (body: string): LogLine[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine)
