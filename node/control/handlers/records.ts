import type { RecordsDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleEndedTasks =
  (records: Pick<RecordsDesk, 'ended'>): Handler<'GET /v1/tasks/ended'> =>
  ({ query: { project = null, sinceMs = 0 } }) =>
    records.ended({ project, sinceMs })

export const handleProjects =
  (records: Pick<RecordsDesk, 'projects'>): Handler<'GET /v1/projects'> =>
  () =>
    records.projects()

export const handleLink =
  (records: Pick<RecordsDesk, 'link'>): Handler<'POST /v1/projects/link'> =>
  ({ body: { project } }) =>
    records.link(project)

export const handleUnlink =
  (records: Pick<RecordsDesk, 'unlink'>): Handler<'POST /v1/projects/unlink'> =>
  ({ body: { project } }) =>
    records.unlink(project)
