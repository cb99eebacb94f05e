import type { UsageDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleUsage =
  (usage: UsageDesk): Handler<'GET /v1/tasks/usage'> =>
  () =>
    usage.look()
