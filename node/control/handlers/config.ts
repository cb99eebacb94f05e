import { configOf, type ResolvedSettings } from '../../../protocols/control/settings/index.ts'
import type { Handler } from './handler.ts'

export const handleConfig =
  (settings: ResolvedSettings): Handler<'GET /v1/config'> =>
  () =>
    configOf(settings)
