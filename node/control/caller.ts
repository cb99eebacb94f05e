/** Who asks, once that is known. */
import type { Route, UserRole } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'

export interface Caller {
  /** As the log names it; a user's name where `kind` is not `local`. */
  readonly name: string
  /** Null for a user without any. */
  readonly role: UserRole | null
  /** `local`: by a file of this machine, not by an account. */
  readonly kind: 'local' | 'person' | 'machine'
  /** Of the token that was shown; null where none was. */
  readonly session: string | null
  /** Who it is by now, for what takes long. @throws `tokenRefused`, `sessionOver` where it is nobody any more */
  again(): Caller
}

const RANKS: Readonly<Record<UserRole, number>> = { viewer: 0, operator: 1, admin: 2 }

const ARTICLED: Readonly<Record<UserRole, string>> = {
  viewer: 'a viewer',
  operator: 'an operator',
  admin: 'an admin',
}

/** @throws `roleMissing` where the caller may not do what the route does */
export const authorise = (
  { access, people }: Pick<Route, 'access' | 'people'>,
  { role, kind }: Caller,
): void => {
  if (access === 'anyone') return
  const has = role === null ? 'nobody here' : ARTICLED[role]
  if (people && kind === 'machine')
    throw new CoterieError('roleMissing', { needed: 'people', has: 'a machine' })
  if (role === null || RANKS[role] < RANKS[access])
    throw new CoterieError('roleMissing', { needed: ARTICLED[access], has })
}
