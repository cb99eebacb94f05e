import { openApiDocument, ROUTES } from '../../../protocols/control/index.ts'
import type { Handler } from './handler.ts'

export const handleOpenApi =
  (version: string): Handler<'GET /v1/openapi.json'> =>
  () => ({ ...openApiDocument(ROUTES, version) })
