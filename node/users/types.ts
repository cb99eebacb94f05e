import type { KeyObject } from 'node:crypto'
import type { Register } from '../../crdt/index.ts'
import type { LoginWay, SessionId } from '../../protocols/credentials/index.ts'
import type { Account, Decision, DecisionView, UserRole } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'
import type { Sealed, SignedChallenge } from './challenges.ts'
import type { ClientAddress } from './login-limit.ts'
import type { IssuedTokens } from './tokens.ts'

export interface UsersComponents {
  readonly decisions: {
    readonly view: Pick<
      DecisionView,
      'accounts' | 'accountRemovedAt' | 'appliedIndex' | 'nodes' | 'removedNodes' | 'tokenAt'
    >
    /** @throws `decisionRefused`, `noQuorum`, `meshVersionNeeded`, ... */
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
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
  readonly account: Account
  readonly session: SessionId
  /** Null where the account has none in the organisation of all projects. */
  readonly role: UserRole | null
}

export interface PasswordLogin {
  readonly user: string
  readonly password: string
}

export interface SessionView {
  readonly session: SessionId
  readonly user: string
  readonly way: LoginWay
  /** The node that made it. */
  readonly node: NodeId
  readonly beganAtMs: number
  readonly refreshedAtMs: number
  readonly untilMs: number
}

export interface NewAccount {
  readonly name: string
  readonly kind: Account['kind']
  readonly role: UserRole
  readonly password: string | null
  /** `ssh-ed25519 AAAA... comment`, as a line of a `.pub` file. */
  readonly key: string | null
}

/** Whether a removal is decided, or waits for a majority; the account is barred in both cases. */
export type Removal = 'done' | 'pending'

export interface Users extends Service {
  /** @throws `tokenRefused`, `sessionOver` */
  admit(token: string): Promise<Admitted>
  /** @throws `loginRefused`, `loginsTooMany`, `storeFailed` */
  loginByPassword(login: PasswordLogin, client: ClientAddress): Promise<IssuedTokens>
  /** For any name, also of nobody. */
  challenge(user: string): Sealed
  /** @throws `loginRefused`, `loginsTooMany`, `malformedMessage`, `storeFailed` */
  loginByKey(login: SignedChallenge, client: ClientAddress): Promise<IssuedTokens>
  /** @throws `tokenRefused`, `sessionOver`, `storeFailed` */
  refresh(token: string): Promise<IssuedTokens>
  sessions(): readonly SessionView[]
  /** Acts at once here, and wherever it is heard; also of a session that was not heard of. @throws `storeFailed` */
  end(session: SessionId, why: 'logged out' | 'ended by an admin'): Promise<void>
  accounts(): readonly Account[]
  /** @throws `userUnknown` */
  account(name: string): Account
  roleOf(account: Account): UserRole | null
  /** @throws `keyUnusable`, `requestInvalid`, and what deciding throws */
  add(account: NewAccount): Promise<Account>
  setRole(name: string, role: UserRole): Promise<void>
  /** `current`: what must be theirs now; null where an admin sets it. @throws `loginRefused`, `requestInvalid`, ... */
  setPassword(name: string, password: string, current: string | null, client: ClientAddress): Promise<void>
  /** @throws `keyUnusable`, ... */
  addKey(name: string, key: string): Promise<void>
  /** By its fingerprint, as `ssh-keygen -l` prints it. @throws `keyUnusable`, ... */
  removeKey(name: string, fingerprint: string): Promise<void>
  remove(name: string): Promise<Removal>
}
