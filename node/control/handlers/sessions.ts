import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Caller } from '../caller.ts'
import type { UserDesk } from '../user-desk.ts'
import type { Handler } from './handler.ts'

/** Whether the sessions of that user are the caller's business. */
const maySee = ({ name, role, kind }: Caller, user: string): boolean =>
  (role === 'admin' && kind !== 'machine') || (kind !== 'local' && name === user)

export const handleSessions =
  (users: Pick<UserDesk, 'sessions'>): Handler<'GET /v1/sessions'> =>
  (_request, { caller }) => ({
    sessions: users
      .sessions()
      .filter(({ user }) => maySee(caller, user))
      .map((session) => ({ ...session, own: session.session === caller.session })),
  })

/** An admin may also end what this node did not hear of; whoever is none is not told whether that is something. */
export const handleEndSession =
  (users: Pick<UserDesk, 'sessions' | 'end'>): Handler<'DELETE /v1/sessions/:session'> =>
  async ({ params: { session } }, { caller }) => {
    const known = users.sessions().find((each) => each.session === session)
    const isOwn = session === caller.session || (known !== undefined && maySee(caller, known.user))
    if (caller.role !== 'admin' && !isOwn)
      throw new CoterieError('roleMissing', { needed: 'an admin, or whose session it is', has: 'neither' })
    await users.end(session, isOwn && caller.role !== 'admin' ? 'logged out' : 'ended by an admin')
    return { ended: session }
  }
