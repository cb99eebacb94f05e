import type { KeyObject } from 'node:crypto'
import type { Register } from '../../crdt/index.ts'
import type {
  Challenge,
  KeyLogin,
  LoginTokens,
  NewUser,
  RemovedUser,
  User,
  UserSession,
} from '../../protocols/control/index.ts'
import type { SessionId } from '../../protocols/credentials/index.ts'
import type { Account, Decision, DecisionView, UserRole } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'
import type { ClientAddress } from './login-limit.ts'

export interface UsersComponents {
  readonly decisions: {
    readonly view: Pick<
      DecisionView,
      'accounts' | 'accountRemovedAt' | 'appliedIndex' | 'nodes' | 'removedNodes' | 'tokenAt'
    >
    /** @throws `decisionRefused`, `noQuorum`, `meshVersionNeeded`, ... */
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
    /** Resolves when all is applied that was heard of. */
    settled(): Promise<void>
  }
  readonly intent: {
    setRegister(key: string, value: Uint8Array): void
    registers(prefix: string): readonly Register[]
    onChange(listener: (change: { readonly registers: readonly Register[] }) => void): () => void
  }
  /** The collection `users`. */
  readonly records: RecordStore
  readonly clock: Clock
  readonly logger: Logger
  /** Key of this node's identity. */
  readonly privateKey: KeyObject
  /** The key in a node's id; null where there is none. */
  publicKeyOf(node: NodeId): KeyObject | null
}

export interface UsersInit {
  readonly self: NodeId
  readonly mesh: string
}

/** Whom an access token is of. */
export interface Admitted {
  readonly name: string
  readonly kind: Account['kind']
  readonly session: SessionId
  /** Null where the account has none in the organisation of all projects. */
  readonly role: UserRole | null
  /** Whom it is of by now. @throws `tokenRefused`, `sessionOver` where its session stands no more */
  again(): Admitted
}

export interface PasswordLogin {
  readonly user: string
  readonly password: string
}

/** A new password, and where its owner asks for it, the present one. */
export interface NewPassword {
  readonly password: string
  readonly current?: string
}

export type SessionView = Omit<UserSession, 'own'>

export interface Users extends Service {
  /** @throws `tokenRefused`, `sessionOver` */
  admit(token: string): Promise<Admitted>
  /** @throws `loginRefused`, `loginsTooMany`, `storeFailed` */
  loginByPassword(login: PasswordLogin, client: ClientAddress): Promise<LoginTokens>
  /** For any name, also of nobody; `at`: where the client asked, so that it signs for no other place. */
  challenge(user: string, at: string): Challenge
  /** @throws `loginRefused`, `loginsTooMany`, `malformedMessage`, `storeFailed` */
  loginByKey(login: KeyLogin, client: ClientAddress): Promise<LoginTokens>
  /** @throws `tokenRefused`, `sessionOver`, `storeFailed` */
  refresh(token: string): Promise<LoginTokens>
  /** Of all nodes, as far as they are known here, those refreshed last first. */
  sessions(): readonly SessionView[]
  /** Acts at once here, and wherever it is heard; also of a session that was not heard of. @throws `storeFailed` */
  end(session: SessionId, why: 'logged out' | 'ended by an admin'): Promise<void>
  list(): readonly User[]
  /** @throws `keyUnusable`, `requestInvalid`, and what deciding throws; so do the next ones */
  add(user: NewUser): Promise<User>
  /** @throws `userUnknown` */
  setRole(name: string, role: UserRole): Promise<User>
  /** @throws `userUnknown`, `requestInvalid`, `loginRefused`, `loginsTooMany` */
  setPassword(name: string, change: NewPassword, client: ClientAddress): Promise<User>
  /** @throws `userUnknown`, `keyUnusable` */
  addKey(name: string, key: string): Promise<User>
  /** By its fingerprint, as `ssh-keygen -l` prints it. @throws `userUnknown`, `keyUnusable` */
  removeKey(name: string, fingerprint: string): Promise<User>
  /** Bars the account, then removes it; `pending` where there is no majority for that now. @throws `userUnknown`, `decisionRefused` for the last admin, `storeFailed` */
  remove(name: string): Promise<RemovedUser>
}
