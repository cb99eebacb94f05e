/** The routes of what is inside containers, what they use, and where their images come from. */
import { defineRoute } from './route.ts'
import { NothingSchema } from './schemas/closed.ts'
import {
  ExecInputRequestSchema,
  ExecLineSchema,
  ExecParamsSchema,
  ExecRequestSchema,
} from './schemas/exec.ts'
import { TaskParamsSchema } from './schemas/logs.ts'
import {
  RegistriesSchema,
  RegistryGivenSchema,
  RegistryLoginSchema,
  RegistryParamsSchema,
  RegistryTakenSchema,
} from './schemas/registries.ts'
import { UsagesSchema } from './schemas/usage.ts'

export const ENGINE_ROUTES = {
  'POST /v1/tasks/:task/exec': defineRoute({
    operation: 'openExec',
    access: 'operator',
    summary: 'Runs a command in the container of a task, whose end is that of the answer',
    answers: 'stream',
    params: TaskParamsSchema,
    body: ExecRequestSchema,
    response: ExecLineSchema,
    errors: [
      'streamsTooMany',
      'taskUnknown',
      'execsTooMany',
      'execUnsupported',
      'execFailed',
      'engineUnreachable',
      'peerUnreachable',
    ],
  }),
  'POST /v1/execs/:exec/input': defineRoute({
    operation: 'writeExec',
    access: 'operator',
    summary: 'Gives a command of the same caller input, the end of it, or another size of its terminal',
    params: ExecParamsSchema,
    body: ExecInputRequestSchema,
    response: NothingSchema,
    errors: ['execUnknown', 'peerUnreachable'],
  }),
  'GET /v1/tasks/usage': defineRoute({
    operation: 'listUsage',
    access: 'viewer',
    summary: 'What the tasks of all nodes use, as counters',
    response: UsagesSchema,
  }),
  'POST /v1/registries': defineRoute({
    operation: 'loginRegistry',
    summary: 'Gives the mesh a login for a registry of images, which is tried first',
    body: RegistryLoginSchema,
    response: RegistryGivenSchema,
    errors: ['registryRefused', 'registryUnreachable'],
  }),
  'DELETE /v1/registries/:registry': defineRoute({
    operation: 'logoutRegistry',
    summary: 'Takes the login for a registry from the mesh',
    params: RegistryParamsSchema,
    response: RegistryTakenSchema,
    errors: ['registryUnknown'],
  }),
  'GET /v1/registries': defineRoute({
    operation: 'listRegistries',
    access: 'operator',
    summary: 'The registries that the mesh has logins for, without what opens them',
    response: RegistriesSchema,
  }),
} as const
