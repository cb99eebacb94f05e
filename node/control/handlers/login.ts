import type { UserDesk } from '../user-desk.ts'
import type { Handler } from './handler.ts'

export const handlePasswordLogin =
  (users: Pick<UserDesk, 'loginByPassword'>): Handler<'POST /v1/login/password'> =>
  ({ body }, { client }) =>
    users.loginByPassword(body, client)

export const handleChallenge =
  (users: Pick<UserDesk, 'challenge'>): Handler<'POST /v1/login/challenge'> =>
  ({ body }, { at }) =>
    users.challenge(body.user, at)

export const handleKeyLogin =
  (users: Pick<UserDesk, 'loginByKey'>): Handler<'POST /v1/login/key'> =>
  ({ body }, { client }) =>
    users.loginByKey(body, client)

export const handleRefresh =
  (users: Pick<UserDesk, 'refresh'>): Handler<'POST /v1/login/refresh'> =>
  ({ body }) =>
    users.refresh(body.refresh)

export const handleLogout =
  (users: Pick<UserDesk, 'end'>): Handler<'POST /v1/logout'> =>
  async (_request, { caller: { session } }) => {
    if (session !== null) await users.end(session, 'logged out')
    return { ended: session }
  }
