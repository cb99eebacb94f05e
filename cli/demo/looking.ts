import type { Task } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { DemoDaemon } from './daemon-process.ts'

/** How often the mesh is looked at while a stage waits: well below what any stage takes. */
const LOOK_MS = 20

/** How long any one stage may take. */
const STAGE_MS_MAX = 60_000

/** Looks until `look` gives something. A daemon that does not answer just now is asked again. @throws `demoStuck` */
export const until = async <Found>(
  stage: string,
  signal: AbortSignal,
  look: () => Promise<Found | null>,
): Promise<Found> => {
  const deadlineMs = performance.now() + STAGE_MS_MAX
  let last = ''
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted()
    try {
      const found = await look()
      if (found !== null) return found
    } catch (error) {
      last = (error as Error).message
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new CoterieError('demoStuck', { stage, seconds: STAGE_MS_MAX / 1000, detail: last })
}

export interface Elected {
  /** Name of the leader. */
  readonly leader: string
  readonly term: number
}

/** Three settled voters and one leader, as every daemon sees it. */
export const untilElected = (daemons: readonly DemoDaemon[], signal: AbortSignal): Promise<Elected> =>
  until('electing a leader among three voters', signal, async () => {
    const views = await Promise.all(daemons.map(({ client }) => client.call('GET /v1/voters')))
    const [first] = views
    const agreed = views.every(
      ({ leader, voters }) =>
        leader !== null &&
        leader === first?.leader &&
        voters.length === daemons.length &&
        voters.every(({ kind }) => kind === 'voter'),
    )
    const leading = daemons.find(({ ready }) => ready.node.id === first?.leader)
    return agreed && leading !== undefined && first !== undefined
      ? { leader: leading.name, term: first.term }
      : null
  })

/** Every wanted slot of every service running, as the asked daemon sees it. */
export const untilRunning = (
  { client }: DemoDaemon,
  objects: readonly string[],
  signal: AbortSignal,
): Promise<readonly Task[]> =>
  until('running every replica', signal, async () => {
    const [{ services }, { tasks }] = await Promise.all([
      client.call('GET /v1/services'),
      client.call('GET /v1/tasks'),
    ])
    const all = objects.every((object) => {
      const service = services.find((candidate) => candidate.object === object)
      return service !== undefined && service.replicas !== null && service.running === service.replicas
    })
    return all ? tasks : null
  })

/** The task of a slot once it runs on another node than `lost`. */
export const untilMoved = (
  { client }: DemoDaemon,
  { object, slot, node: lost }: Task,
  signal: AbortSignal,
): Promise<Task> =>
  until('running the lost replica elsewhere', signal, async () => {
    const { tasks } = await client.call('GET /v1/tasks')
    const moved = tasks.find((task) => task.object === object && task.slot === slot)
    return moved !== undefined && moved.node !== lost && moved.state === 'running' ? moved : null
  })
