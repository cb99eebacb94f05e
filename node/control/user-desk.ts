/** What the API needs of whoever knows the users. */
import type {
  Challenge,
  KeyLogin,
  LoginTokens,
  NewUser,
  RemovedUser,
  User,
  UserRole,
  UserSession,
} from '../../protocols/control/index.ts'

/** Where a login comes from, as attempts are counted; null for the unix socket. */
export type ClientAddress = string | null

export interface Admitted {
  readonly name: string
  readonly kind: 'person' | 'machine'
  readonly session: string
  readonly role: UserRole | null
  /** Whom it is of by now. @throws `tokenRefused`, `sessionOver` where its session stands no more */
  again(): Admitted
}

/** Who may use the mesh, and who is logged in. Changes of users throw what deciding throws, too. */
export interface UserDesk {
  /** Whose access token that is. @throws `tokenRefused`, `sessionOver` */
  admit(token: string): Promise<Admitted>
  /** @throws `loginRefused`, `loginsTooMany`, `storeFailed` */
  loginByPassword(
    login: { readonly user: string; readonly password: string },
    client: ClientAddress,
  ): Promise<LoginTokens>
  /** `at`: where the client asked. */
  challenge(user: string, at: string): Challenge
  /** @throws `loginRefused`, `loginsTooMany`, `malformedMessage`, `storeFailed` */
  loginByKey(login: KeyLogin, client: ClientAddress): Promise<LoginTokens>
  /** @throws `tokenRefused`, `sessionOver`, `storeFailed` */
  refresh(token: string): Promise<LoginTokens>
  sessions(): readonly Omit<UserSession, 'own'>[]
  /** @throws `storeFailed` */
  end(session: string, why: 'logged out' | 'ended by an admin'): Promise<void>
  list(): readonly User[]
  /** @throws `keyUnusable`, `requestInvalid` */
  add(user: NewUser): Promise<User>
  /** @throws `userUnknown` */
  setRole(user: string, role: UserRole): Promise<User>
  /** `current`, where it is given, is verified first. @throws `userUnknown`, `loginRefused`, `loginsTooMany` */
  setPassword(
    user: string,
    change: { readonly password: string; readonly current?: string },
    client: ClientAddress,
  ): Promise<User>
  /** @throws `userUnknown`, `keyUnusable` */
  addKey(user: string, key: string): Promise<User>
  /** @throws `userUnknown`, `keyUnusable` */
  removeKey(user: string, fingerprint: string): Promise<User>
  /** @throws `userUnknown`, `decisionRefused`, `storeFailed` */
  remove(user: string): Promise<RemovedUser>
}
