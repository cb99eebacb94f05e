import { CoterieError } from '../../../protocols/errors/index.ts'
import type { UserDesk } from '../user-desk.ts'
import type { Handler } from './handler.ts'

export const handleUsers =
  (users: Pick<UserDesk, 'list'>): Handler<'GET /v1/users'> =>
  () => ({ users: [...users.list()] })

export const handleAddUser =
  (users: Pick<UserDesk, 'add'>): Handler<'POST /v1/users'> =>
  ({ body }) =>
    users.add(body)

export const handleRemoveUser =
  (users: Pick<UserDesk, 'remove'>): Handler<'DELETE /v1/users/:user'> =>
  ({ params }) =>
    users.remove(params.user)

export const handleSetRole =
  (users: Pick<UserDesk, 'setRole'>): Handler<'POST /v1/users/:user/role'> =>
  ({ params, body }) =>
    users.setRole(params.user, body.role)

/** Whoever stole an access token must not be able to keep the account by it: only an admin need not know the present password. */
export const handleSetPassword =
  (users: Pick<UserDesk, 'setPassword'>): Handler<'POST /v1/users/:user/password'> =>
  ({ params: { user }, body }, { caller, client }) => {
    const isOwn = caller.kind !== 'local' && user === caller.name
    if (caller.role === 'admin' && !isOwn) return users.setPassword(user, { password: body.password }, client)
    if (!isOwn) throw new CoterieError('roleMissing', { needed: 'an admin, or that user', has: 'neither' })
    return users.setPassword(user, { password: body.password, current: body.current ?? '' }, client)
  }

export const handleAddKey =
  (users: Pick<UserDesk, 'addKey'>): Handler<'POST /v1/users/:user/keys'> =>
  ({ params, body }) =>
    users.addKey(params.user, body.key)

export const handleRemoveKey =
  (users: Pick<UserDesk, 'removeKey'>): Handler<'DELETE /v1/users/:user/keys/:fingerprint'> =>
  ({ params }) =>
    users.removeKey(params.user, params.fingerprint)
