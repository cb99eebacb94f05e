/** The routes of what people want to run, and of what ran. */
import { defineRoute } from './route.ts'
import { AppliedSchema, ApplyRequestSchema, isPending } from './schemas/apply.ts'
import {
  ConflictDetailSchema,
  ConflictParamsSchema,
  ConflictsSchema,
  SettleRequestSchema,
} from './schemas/conflicts.ts'
import { LogStreamLineSchema, LogsQuerySchema, TaskParamsSchema } from './schemas/logs.ts'
import { PendingSchema } from './schemas/pending.ts'
import { PlanRequestSchema, PlanSchema } from './schemas/plan.ts'
import { PublishedPortsSchema } from './schemas/published-ports.ts'
import {
  EndedTasksQuerySchema,
  EndedTasksSchema,
  LinkRequestSchema,
  ProjectsSchema,
} from './schemas/records.ts'
import { ExplainQuerySchema, ExplanationSchema, ServiceDetailSchema } from './schemas/service-detail.ts'
import { ServiceParamsSchema, ServicesSchema, ServiceUrlSchema } from './schemas/services.ts'
import { TasksSchema } from './schemas/tasks.ts'
import { SteeredUpdateSchema, SteerUpdateRequestSchema } from './schemas/updates.ts'

export const WORK_ROUTES = {
  'GET /v1/services': defineRoute({
    operation: 'listServices',
    access: 'viewer',
    summary: 'Every service that was accepted',
    response: ServicesSchema,
  }),
  'GET /v1/services/:project/:name': defineRoute({
    operation: 'getService',
    access: 'viewer',
    summary: 'One service: what its head says, and the revisions that it can be rolled back to',
    params: ServiceParamsSchema,
    response: ServiceDetailSchema,
    errors: ['serviceUnknown'],
  }),
  'GET /v1/services/:project/:name/explain': defineRoute({
    operation: 'explainService',
    access: 'viewer',
    summary: 'Why the tasks of a service are where they are, and what speaks against each other node',
    params: ServiceParamsSchema,
    query: ExplainQuerySchema,
    response: ExplanationSchema,
    errors: ['serviceUnknown', 'revisionMissing'],
  }),
  'GET /v1/services/:project/:name/url': defineRoute({
    operation: 'getServiceUrl',
    access: 'viewer',
    summary: 'Where a browser on this machine opens a service',
    params: ServiceParamsSchema,
    response: ServiceUrlSchema,
    errors: ['serviceUnknown', 'servicePortless', 'gatewayAbsent'],
  }),
  'DELETE /v1/services/:project/:name': defineRoute({
    operation: 'removeService',
    access: 'operator',
    summary: 'Writes down that a service shall be gone; 202 while that is not accepted',
    params: ServiceParamsSchema,
    response: AppliedSchema,
    isPending,
    errors: ['serviceUnknown'],
  }),
  'POST /v1/services/:project/:name/update': defineRoute({
    operation: 'steerUpdate',
    access: 'operator',
    summary: 'Pauses an update, lets it go on, or takes a service back to an earlier revision',
    params: ServiceParamsSchema,
    body: SteerUpdateRequestSchema,
    response: SteeredUpdateSchema,
    errors: [
      'serviceUnknown',
      'nothingUpdates',
      'rollbackImpossible',
      'meshVersionNeeded',
      'decisionRefused',
    ],
  }),
  'GET /v1/tasks': defineRoute({
    operation: 'listTasks',
    access: 'viewer',
    summary: 'Every task with its node and state, and the slots that wait for one',
    response: TasksSchema,
  }),
  'GET /v1/ports': defineRoute({
    operation: 'listPorts',
    access: 'viewer',
    summary: 'Every port that all members answer, and the members that cannot',
    response: PublishedPortsSchema,
  }),
  'GET /v1/tasks/ended': defineRoute({
    operation: 'listEndedTasks',
    access: 'viewer',
    summary: 'Tasks that ended, newest first, as far as this node keeps their records',
    query: EndedTasksQuerySchema,
    response: EndedTasksSchema,
    errors: ['projectUnknown', 'projectNotLinked'],
  }),
  'GET /v1/projects': defineRoute({
    operation: 'listProjects',
    access: 'viewer',
    summary: 'Every project, and whether this node keeps the records of its tasks',
    response: ProjectsSchema,
  }),
  'POST /v1/projects/link': defineRoute({
    operation: 'linkProject',
    access: 'operator',
    summary: 'Lets this node keep the task records of a project',
    body: LinkRequestSchema,
    response: ProjectsSchema,
    errors: ['projectUnknown'],
  }),
  'POST /v1/projects/unlink': defineRoute({
    operation: 'unlinkProject',
    access: 'operator',
    summary: 'Lets this node keep the task records of a project no longer',
    body: LinkRequestSchema,
    response: ProjectsSchema,
    errors: ['projectUnknown', 'projectHeld'],
  }),
  'GET /v1/tasks/:task/logs': defineRoute({
    operation: 'streamLogs',
    access: 'viewer',
    summary: 'The output of a task, from the node that runs it',
    answers: 'stream',
    params: TaskParamsSchema,
    query: LogsQuerySchema,
    response: LogStreamLineSchema,
    errors: ['streamsTooMany', 'taskUnknown', 'engineUnreachable', 'peerUnreachable'],
  }),
  'POST /v1/plan': defineRoute({
    operation: 'planServices',
    access: 'operator',
    summary: 'What specs would change and where their tasks would go; changes nothing',
    body: PlanRequestSchema,
    response: PlanSchema,
    errors: ['projectMismatch'],
  }),
  'POST /v1/apply': defineRoute({
    operation: 'applyServices',
    access: 'operator',
    summary: 'Writes down what shall run and what shall be gone; 202 while any of it is not accepted',
    body: ApplyRequestSchema,
    response: AppliedSchema,
    isPending,
    errors: ['projectMismatch', 'serviceUnknown', 'headMoved', 'revisionTooLarge'],
  }),
  'GET /v1/pending': defineRoute({
    operation: 'listPending',
    access: 'viewer',
    summary: 'What was written down and is not accepted yet',
    response: PendingSchema,
  }),
  'GET /v1/conflicts': defineRoute({
    operation: 'listConflicts',
    access: 'viewer',
    summary: 'Edits that were made at the same time as a head and lost, until they are settled',
    response: ConflictsSchema,
  }),
  'GET /v1/conflicts/:revision': defineRoute({
    operation: 'getConflict',
    access: 'viewer',
    summary: 'One of them, with what both sides say',
    params: ConflictParamsSchema,
    response: ConflictDetailSchema,
    errors: ['conflictUnknown', 'conflictSettled'],
  }),
  'POST /v1/conflicts/:revision/accept': defineRoute({
    operation: 'acceptConflict',
    access: 'operator',
    summary: 'Keeps the head and settles the conflict; 202 while that is not accepted',
    params: ConflictParamsSchema,
    body: SettleRequestSchema,
    response: AppliedSchema,
    isPending,
    errors: ['conflictUnknown', 'conflictSettled', 'headMoved'],
  }),
  'POST /v1/conflicts/:revision/revert': defineRoute({
    operation: 'revertConflict',
    access: 'operator',
    summary:
      'Puts the content that lost in place of the head and settles the conflict; 202 while that is not accepted',
    params: ConflictParamsSchema,
    body: SettleRequestSchema,
    response: AppliedSchema,
    isPending,
    errors: ['conflictUnknown', 'conflictSettled', 'headMoved', 'revisionMissing'],
  }),
} as const
