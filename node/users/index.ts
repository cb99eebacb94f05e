/**
 * Who may use the mesh: accounts, logging in, tokens, sessions. See docs/design/users.md.
 *
 * Guarantees: any node verifies what another one issued, offline; what was ended here is refused here from then on, also
 * after a restart; nothing about a name can be learnt from how long a login takes. Not guaranteed: that the end of a
 * session is heard by a node that is cut off, where its last access token is good for up to 15 minutes.
 */
import type { Users, UsersComponents, UsersInit } from './types.ts'
import { LiveUsers } from './users-service.ts'

export type { ClientAddress } from './login-limit.ts'
export type { Admitted, SessionView, Users, UsersComponents, UsersInit } from './types.ts'

export const createUsers = (components: UsersComponents, init: UsersInit): Users =>
  new LiveUsers(components, init)
