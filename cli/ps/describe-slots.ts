/** Services slot by slot, as `coterie ps` shows them. */
import type { Writable } from 'node:stream'
import type { Service, Task, Tasks, WaitingSlot } from '../../protocols/control/index.ts'
import { duration, painted, plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { isCrashLoop } from './crash-loop.ts'

export const describeSlots = (services: readonly Service[], tasks: Tasks, stream: Writable): string => {
  const rows = services.flatMap((service) => rowsOf(service, tasks, stream))
  return rows.length === 0
    ? 'Nothing is deployed. Deploy a Compose file with coterie deploy.\n'
    : table(['SERVICE', 'SLOT', 'STATE', 'NODE', 'SINCE', 'PORTS', 'URL', 'REASON'], rows, stream) +
        services.map(updateLine).join('')
}

/** How far an update is that is not simply completed. */
const updateLine = ({ update, ...service }: Service): string =>
  update === null || update.state === 'completed'
    ? ''
    : `${labelOf(service)} is ${update.state}: ${plain(update.reason)}\n`

const rowsOf = (service: Service, { tasks, waiting }: Tasks, stream: Writable): string[][] => {
  const label = labelOf(service)
  const held = tasks.filter(({ object }) => object === service.object)
  const waits = new Map(
    waiting.filter(({ object }) => object === service.object).map((wait) => [wait.slot, wait]),
  )
  const url = service.url ?? '-'
  const slots = [...new Set([...held.map(({ slot }) => slot), ...waits.keys()])].sort((a, b) => a - b)
  if (slots.length === 0) return [[label, '-', '-', '-', '-', '-', url, emptyReason(service)]]
  return slots.map((slot) => {
    const task = held.find((candidate) => candidate.slot === slot)
    const wait = waits.get(slot)
    const reason = [...(task === undefined ? [] : notesOf(task)), ...(wait ? [wait.reason] : [])]
    const told =
      task === undefined ? [painted('unassigned', stream), '-', '-', '-'] : toldOf(task, wait, stream)
    return [label, String(slot), ...told, url, reason.map(plain).join('; ')]
  })
}

/** State, node, since, ports. */
const toldOf = (task: Task, wait: WaitingSlot | undefined, stream: Writable): string[] => {
  const nowMs = Date.now()
  const state = isCrashLoop(task, wait, nowMs) ? painted('crash loop', stream) : stateOf(task, stream)
  return [state, task.name, since(task, nowMs), portsOf(task)]
}

/** With what its check says of it, where that is not all well. */
const stateOf = ({ state, health }: Task, stream: Writable): string =>
  health === null || health === 'healthy'
    ? painted(state, stream)
    : `${painted(state, stream)} (${painted(health, stream)})`

const emptyReason = ({ replicas }: Service): string =>
  replicas === 0 ? 'no replicas are wanted' : 'the leader has not placed it yet'

const notesOf = ({ problem, outdated, attempt, pull }: Task): string[] => [
  ...(outdated ? ['another revision'] : []),
  ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ...(pull === null ? [] : [`pulls its image: ${share(pull)}`]),
  ...(problem === null ? [] : [problem.message]),
]

const share = ({ doneBytes, totalBytes }: NonNullable<Task['pull']>): string =>
  `${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))} %`

/** Clocks of other nodes may be ahead of this one's. */
const since = ({ sinceMs }: Task, nowMs: number): string =>
  sinceMs === null ? '-' : duration(Math.max(0, nowMs - sinceMs))

const portsOf = ({ ports }: Task): string =>
  ports.map(({ host, port, target, protocol }) => `${host}:${port}->${target}/${protocol}`).join(' ') || '-'
