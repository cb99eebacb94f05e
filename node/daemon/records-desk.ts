import type { TaskRecord } from '../../crdt/records/index.ts'
import { ENDED_TASKS_MAX, type EndedTask } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { RecordsDesk } from '../control/index.ts'
import type { RecordsService } from '../records/index.ts'

/** The door for people who look what ran. */
export const openRecordsDesk = (
  records: RecordsService,
  { nodes }: Pick<DecisionView, 'nodes'>,
): RecordsDesk => {
  const told = (record: TaskRecord): EndedTask => {
    const { task, object, slot, revision, node, end, startedAtMs, endedAtMs, attempts } = record
    const { exitCode = null, problem = null, reason = null } = record
    const name = nodes.get(node)?.name ?? null
    return {
      ...{ task, object, slot, revision, node, name, end },
      ...{ startedAtMs, endedAtMs, attempts, exitCode, problem, reason },
    }
  }
  const projects = () => ({ projects: records.projects().map((project) => ({ ...project })) })
  return {
    ended: async (request) => {
      const found = await records.ended({ ...request, limit: ENDED_TASKS_MAX })
      return { ended: found.records.map(told), more: found.more, notLinked: [...found.notLinked] }
    },
    projects,
    link: (project) => records.link(project).then(projects),
    unlink: (project) => records.unlink(project).then(projects),
  }
}
