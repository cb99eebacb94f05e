import type { RegistryDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleRegistryLogin =
  (registries: RegistryDesk): Handler<'POST /v1/registries'> =>
  ({ body }) =>
    registries.login(body)

export const handleRegistryLogout =
  (registries: RegistryDesk): Handler<'DELETE /v1/registries/:registry'> =>
  ({ params: { registry } }) =>
    registries.logout(registry)

export const handleRegistries =
  (registries: RegistryDesk): Handler<'GET /v1/registries'> =>
  () =>
    registries.list()
