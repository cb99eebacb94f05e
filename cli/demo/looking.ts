import type { Task } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { DemoDaemon } from './daemon-process.ts'

/** How often the mesh is looked at while a stage waits: well below what any stage takes. */
const LOOK_MS = 20

/** How long any one stage may take. */
const STAGE_MS_MAX = 60_000

/** After this time a stage says what it waits for: well above what any takes on a busy machine. */
const SLOW_MS = 10_000

/** How the stages of a demo wait. */
export interface Waiting {
  readonly signal: AbortSignal
  /** A line for a person, about what takes long. */
  warn(line: string): void
}

/**
 * Looks until `look` gives something. A daemon that does not answer just now is asked again. `explain`: what it waits for.
 * @throws `demoStuck`
 */
const until = async <Found>(
  stage: string,
  { signal, warn }: Waiting,
  look: () => Promise<Found | null>,
  explain: () => Promise<string>,
): Promise<Found> => {
  const startMs = performance.now()
  let last = ''
  let isTold = false
  while (performance.now() < startMs + STAGE_MS_MAX) {
    signal.throwIfAborted()
    if (!isTold && performance.now() > startMs + SLOW_MS) {
      isTold = true
      const why = await explain().catch((error: unknown) => (error as Error).message)
      warn(`${stage} takes long: ${why}`)
    }
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

/** What the asked daemon knows of members, tasks and slots that wait. */
const situation = async (client: DemoDaemon['client']): Promise<string> => {
  const [{ nodes }, { tasks, waiting }] = await Promise.all([
    client.call('GET /v1/nodes'),
    client.call('GET /v1/tasks'),
  ])
  return [
    ...nodes.map(({ name, state, role }) => `${name} is ${state} (${role})`),
    ...tasks.map(({ task, name, state }) => `${task} on ${name} is ${state}`),
    ...waiting.map(({ object, slot, reason }) => `${object} ${slot} waits: ${reason}`),
  ].join('; ')
}

export interface Elected {
  /** Name of the leader. */
  readonly leader: string
  readonly term: number
}

/** Three settled voters and one leader, as every daemon sees it. */
export const untilElected = (daemons: readonly DemoDaemon[], waiting: Waiting): Promise<Elected> => {
  const look = async () => {
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
  }
  return until('electing a leader among three voters', waiting, look, () =>
    situation((daemons[0] as DemoDaemon).client),
  )
}

/** Every wanted slot of every service running, as the asked daemon sees it. */
export const untilRunning = (
  { client }: DemoDaemon,
  objects: readonly string[],
  waiting: Waiting,
): Promise<readonly Task[]> => {
  const look = async () => {
    const [{ services }, { tasks }] = await Promise.all([
      client.call('GET /v1/services'),
      client.call('GET /v1/tasks'),
    ])
    const all = objects.every((object) => {
      const service = services.find((candidate) => candidate.object === object)
      return service !== undefined && service.replicas !== null && service.running === service.replicas
    })
    return all ? tasks : null
  }
  return until('running every replica', waiting, look, () => situation(client))
}

/** The task of a slot once it runs on another node than `lost`. */
export const untilMoved = (
  { client }: DemoDaemon,
  { object, slot, node: lost }: Task,
  waiting: Waiting,
): Promise<Task> => {
  const look = async () => {
    const { tasks } = await client.call('GET /v1/tasks')
    const moved = tasks.find((task) => task.object === object && task.slot === slot)
    return moved !== undefined && moved.node !== lost && moved.state === 'running' ? moved : null
  }
  return until('running the lost replica elsewhere', waiting, look, () => situation(client))
}
