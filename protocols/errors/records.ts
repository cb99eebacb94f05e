import { rule } from './rule.ts'

/** Errors of task records and their documents. Wire numbers 140 to 149. */
export const recordErrors = {
  taskRecordInvalid: rule<{ detail: string }>({
    wire: 140,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `that is no task record: ${detail}`,
    next: () => 'Check that every node runs the same or the adjacent version of coterie',
  }),
  recordsFull: rule<{ project: string; detail: string }>({
    wire: 141,
    http: 507,
    exit: 1,
    cause: ({ project, detail }) => `no more task records of ${project} fit here: ${detail}`,
    next: () => 'Look in coterie ps --all for what ends so often; there is room again with the next period',
  }),
  archiveMissing: rule<{ project: string; period: number }>({
    wire: 142,
    http: 404,
    exit: 1,
    cause: ({ project, period }) =>
      `this node has no archive of the task records of ${project} from ${period}`,
    next: () => 'Ask another node; one that links the project comes to have it within a minute',
  }),
  projectUnknown: rule<{ project: string }>({
    wire: 143,
    http: 404,
    exit: 1,
    cause: ({ project }) => `there never was a project ${project}`,
    next: () => 'See coterie project ls for those that there are',
  }),
  projectNotLinked: rule<{ project: string }>({
    wire: 144,
    http: 409,
    exit: 1,
    cause: ({ project }) => `this node does not keep the task records of ${project}`,
    next: ({ project }) => `Ask on another node, or let this one keep them: coterie project link ${project}`,
  }),
  projectHeld: rule<{ project: string; reason: string }>({
    wire: 145,
    http: 409,
    exit: 1,
    cause: ({ project, reason }) => `this node keeps the task records of ${project}: ${reason}`,
    next: () => 'Unlink it on a node that neither votes nor runs tasks of it',
  }),
}
