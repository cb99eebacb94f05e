/** Tasks that ended, as `coterie ps --all` shows them. */
import type { Writable } from 'node:stream'
import type { EndedTask, EndedTaskList } from '../protocols/control/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'
import type { Client } from './client.ts'
import { duration, painted, plain, table } from './output.ts'
import { labelOf } from './service-name.ts'

export interface EndedOptions {
  readonly project?: string
  /** How far back, in milliseconds. */
  readonly since?: number
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `2d`, `12h`, `30m` or `90s` in milliseconds. @throws `usageWrong` */
export const parseAge = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = UNITS_MS[unit]
  if (unitMs === undefined)
    throw new CoterieError('usageWrong', { detail: '--since takes an age such as 2d, 12h, 30m or 90s' })
  return Number(count) * unitMs
}

/** Of a service or a project where `name` is one. @throws `projectUnknown`, `projectNotLinked` */
export const readEnded = async (
  client: Client,
  name: string | undefined,
  { project, since }: EndedOptions,
): Promise<EndedTaskList> => {
  const [first = '', second] = name?.split('/') ?? []
  const { projects } = await client.call('GET /v1/projects')
  const isProject = !second && projects.some((each) => each.project === first)
  const asked = project ?? (isProject || second ? first : undefined)
  const query = {
    ...(asked !== undefined && { project: asked }),
    ...(since !== undefined && { sinceMs: Math.max(0, Date.now() - since) }),
  }
  const answer = await client.call('GET /v1/tasks/ended', { query })
  if (name === undefined || isProject) return answer
  const service = second || first
  return { ...answer, ended: answer.ended.filter(({ object }) => object.endsWith(`/${service}`)) }
}

/** `name`: what was asked for, as it was typed. */
export const endedTable = (
  { ended, more, notLinked }: EndedTaskList,
  name: string | undefined,
  stream: Writable,
): string => {
  const notes = [
    ...(more ? ['There are more: ask for one project, or with --since for less of the past.\n'] : []),
    ...(notLinked.length === 0
      ? []
      : [`Not kept on this machine: ${notLinked.join(', ')}; see coterie project ls.\n`]),
  ]
  if (ended.length === 0)
    return `No task${name === undefined ? '' : ` of ${plain(name)}`} ended that is remembered here.\n${notes.join('')}`
  const rows = ended.map((task) => [
    labelOf(task.object),
    String(task.slot),
    painted(task.end, stream),
    task.exitCode === null ? '-' : String(task.exitCode),
    task.name ?? task.node.slice(-8),
    task.startedAtMs === null ? '-' : duration(Math.max(0, task.endedAtMs - task.startedAtMs)),
    duration(Math.max(0, Date.now() - task.endedAtMs)),
    whyOf(task),
  ])
  return (
    table(['SERVICE', 'SLOT', 'END', 'EXIT', 'NODE', 'RAN', 'ENDED AGO', 'REASON'], rows) + notes.join('')
  )
}

const whyOf = ({ attempts, problem, reason }: EndedTask): string =>
  [
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(problem === null ? [] : [problem.message]),
    ...(reason === null ? [] : [reason]),
  ]
    .map(plain)
    .join('; ')
