import { randomBytes } from 'node:crypto'
import { equals } from 'uint8arrays'
import type {
  Challenge,
  KeyLogin,
  LoginTokens,
  NewUser,
  RemovedUser,
  User,
} from '../../protocols/control/index.ts'
import {
  type AccessClaims,
  AUDIENCES,
  type LoginWay,
  type SessionId,
} from '../../protocols/credentials/index.ts'
import {
  type Account,
  type Decision,
  type DecisionOf,
  HOME_ORGANISATION,
  isAdmin,
  LAST_ADMIN,
  type UserRole,
} from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { createRounds, type Rounds } from '../turns/index.ts'
import { type Challenges, createChallenges } from './challenges.ts'
import { createEndings, type Endings } from './endings.ts'
import { fingerprintOf, parseKeyLine } from './keys.ts'
import { REMOVAL_RETRY_MS } from './limits.ts'
import { type ClientAddress, createLoginLimit, type LoginLimit } from './login-limit.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createTokens, type TokenMaker } from './tokens.ts'
import type {
  Admitted,
  NewPassword,
  PasswordLogin,
  SessionView,
  Users,
  UsersComponents,
  UsersInit,
} from './types.ts'

const ACCOUNT_ID_BYTES = 16

const over = (detail: string) => new CoterieError('sessionOver', { detail })

export class LiveUsers implements Users {
  readonly #components: UsersComponents
  readonly #self: string
  readonly #endings: Endings
  readonly #sessions: Sessions
  readonly #tokens: TokenMaker
  readonly #passwords: Passwords = createPasswords()
  readonly #challenges: Challenges
  readonly #limit: LoginLimit
  readonly #removals: Rounds

  constructor(components: UsersComponents, init: UsersInit) {
    const { clock, decisions, logger } = components
    this.#components = components
    this.#self = init.self
    this.#endings = createEndings(components)
    this.#sessions = createSessions({ ...components, endings: this.#endings })
    const publicKeyOf = (node: string) =>
      decisions.view.nodes.has(node) ? components.publicKeyOf(node) : null
    this.#tokens = createTokens({ ...components, publicKeyOf }, init)
    this.#challenges = createChallenges(components, init)
    this.#limit = createLoginLimit(clock.nowMs)
    this.#removals = createRounds(
      clock,
      () => this.#removeBarred(),
      (error) => logger.warn({ error: String(error) }, 'a user that was barred could not be removed yet'),
    )
  }

  async start(): Promise<void> {
    await this.#endings.start()
    await this.#sessions.start()
    this.#removals.start()
    this.#removals.wake(REMOVAL_RETRY_MS)
  }

  async stop(): Promise<void> {
    this.#removals.stop()
    this.#endings.stop()
  }

  async admit(token: string): Promise<Admitted> {
    // After a start the log says who is who.
    await this.#components.decisions.settled()
    return this.#admitted(await this.#tokens.readAccess(token))
  }

  async loginByPassword({ user, password }: PasswordLogin, client: ClientAddress): Promise<LoginTokens> {
    const succeed = this.#limit.byPassword(client, user)
    await this.#components.decisions.settled()
    const account = this.#named(user)
    if (!(await this.#passwords.verify(password, account?.password ?? null)) || account === null)
      throw this.#refused(user, client)
    succeed()
    return this.#begin(account, 'password', client)
  }

  challenge(user: string, at: string): Challenge {
    return this.#challenges.make(user, at)
  }

  async loginByKey(signed: KeyLogin, client: ClientAddress): Promise<LoginTokens> {
    const succeed = this.#limit.byKey(client)
    await this.#components.decisions.settled()
    const signer = this.#challenges.keyOf(signed)
    const account = this.#named(signed.user)
    const isTheirs = signer !== null && account?.keys.some(({ key }) => equals(key, signer)) === true
    if (account === null || !isTheirs) throw this.#refused(signed.user, client)
    this.#challenges.spend(signed)
    succeed()
    return this.#begin(account, 'key', client)
  }

  async refresh(token: string): Promise<LoginTokens> {
    await this.#components.decisions.settled()
    const { claims, issuer } = await this.#tokens.readRefresh(token)
    const { sub, sid, epoch } = claims
    const account = this.#standing(sub, sid, epoch)
    if (issuer !== this.#self) {
      const name = this.#components.decisions.view.nodes.get(issuer)?.name
      throw over(`${name} began it, and refreshes it alone`)
    }
    const { session, turn } = await this.#sessions.turn(claims)
    return this.#tokens.issue({ account, epoch, session, turn })
  }

  sessions(): readonly SessionView[] {
    return this.#sessions.all()
  }

  end(session: SessionId, why: 'logged out' | 'ended by an admin'): Promise<void> {
    return this.#endings.end(session, why)
  }

  list(): readonly User[] {
    return this.#accounts()
      .map(userOf)
      .toSorted((a, b) => (a.user < b.user ? -1 : 1))
  }

  async add({ user, kind, role, password, key }: NewUser): Promise<User> {
    if (kind === 'machine' && password !== undefined) throw machinesHaveNone()
    const { view } = this.#components.decisions
    const asOf = view.tokenAt(view.appliedIndex)
    const account = randomBytes(ACCOUNT_ID_BYTES).toString('hex')
    const keys = key === undefined ? [] : [parseKeyLine(key)]
    const hash = password === undefined ? null : await this.#passwords.hash(password)
    const grants = [{ organisation: HOME_ORGANISATION, role }]
    await this.#decide({
      type: 'accountAdded',
      account,
      name: user,
      kind,
      grants,
      password: hash,
      keys,
      asOf,
    })
    return userOf(this.#known(user))
  }

  async setRole(name: string, role: UserRole): Promise<User> {
    const others = this.#known(name).grants.filter(({ organisation }) => organisation !== HOME_ORGANISATION)
    return await this.#change(name, { grants: [{ organisation: HOME_ORGANISATION, role }, ...others] })
  }

  async setPassword(name: string, { password, current }: NewPassword, client: ClientAddress): Promise<User> {
    const known = this.#known(name)
    if (known.kind === 'machine') throw machinesHaveNone()
    if (current !== undefined) {
      const succeed = this.#limit.byPassword(client, name)
      if (!(await this.#passwords.verify(current, known.password))) throw this.#refused(name, client)
      succeed()
    }
    const hash = await this.#passwords.hash(password)
    // An admin may have given another one meanwhile, against whoever knows this one.
    if (current !== undefined && this.#known(name).epoch !== known.epoch) throw this.#refused(name, client)
    return this.#change(name, { password: hash })
  }

  async addKey(name: string, key: string): Promise<User> {
    return await this.#change(name, { keyAdded: parseKeyLine(key) })
  }

  async removeKey(name: string, fingerprint: string): Promise<User> {
    const found = this.#known(name).keys.find(({ key }) => fingerprintOf(key) === fingerprint)
    if (found === undefined)
      throw new CoterieError('keyUnusable', { source: fingerprint, detail: `${name} has no such key` })
    return await this.#change(name, { keyRemoved: found.key })
  }

  async remove(name: string): Promise<RemovedUser> {
    const account = this.#known(name)
    if (isAdmin(account) && this.#accounts().filter(isAdmin).length === 1)
      throw new CoterieError('decisionRefused', { reason: LAST_ADMIN })
    await this.#endings.bar(account)
    try {
      await this.#decide({ type: 'accountRemoved', account: account.account })
      return { state: 'done' }
    } catch (error) {
      if (!isCoterieError(error)) throw error
      this.#components.logger.info({ user: name, code: error.code }, 'a user is barred; the removal waits')
      return { state: 'pending' }
    }
  }

  #accounts(): Account[] {
    const { accounts } = this.#components.decisions.view
    return [...accounts.values()].filter((account) => !this.#endings.isBarred(account))
  }

  #named(name: string): Account | null {
    return this.#accounts().find((account) => account.name === name) ?? null
  }

  /** @throws `userUnknown` */
  #known(name: string): Account {
    const account = this.#named(name)
    if (account === null) throw new CoterieError('userUnknown', { user: name })
    return account
  }

  async #change(name: string, change: Omit<DecisionOf<'accountChanged'>, 'type' | 'account'>): Promise<User> {
    await this.#decide({ type: 'accountChanged', account: this.#known(name).account, ...change })
    return userOf(this.#known(name))
  }

  /** The account of a session, where both still stand. @throws `sessionOver` */
  #standing(id: string, session: SessionId, epoch: number): Account {
    const account = this.#components.decisions.view.accounts.get(id)
    if (account === undefined || this.#endings.isBarred(account)) throw over('its user is no more')
    if (this.#endings.hasEnded(session)) throw over('it was ended')
    if (epoch < account.epoch) throw over('the password or a key was changed since')
    return account
  }

  /** Whom these claims are of by now. */
  #admitted(claims: AccessClaims): Admitted {
    const { sub, sid, epoch, aud } = claims
    const account = this.#standing(sub, sid, epoch)
    const { name, kind } = account
    if (aud !== AUDIENCES[kind])
      throw new CoterieError('tokenRefused', { detail: 'it is for another audience' })
    return { name, kind, session: sid, role: roleOf(account), again: () => this.#admitted(claims) }
  }

  #refused(user: string, client: ClientAddress): CoterieError {
    this.#components.logger.warn({ user, client }, 'a login was refused')
    return new CoterieError('loginRefused', {})
  }

  async #begin(account: Account, way: LoginWay, client: ClientAddress): Promise<LoginTokens> {
    this.#limit.session(client, account.account)
    const begun = await this.#sessions.begin(account, way)
    const { session } = begun
    this.#components.logger.info({ user: account.name, way, client, session }, 'somebody logged in')
    return this.#tokens.issue({ account, epoch: account.epoch, ...begun })
  }

  async #decide(decision: Decision): Promise<void> {
    await this.#components.decisions.decide(decision)
  }

  async #removeBarred(): Promise<void> {
    this.#removals.wake(REMOVAL_RETRY_MS)
    for (const { account } of this.#endings.waiting()) await this.#decide({ type: 'accountRemoved', account })
  }
}

const roleOf = ({ grants }: Account): UserRole | null =>
  grants.find(({ organisation }) => organisation === HOME_ORGANISATION)?.role ?? null

const userOf = (account: Account): User => ({
  user: account.name,
  kind: account.kind,
  role: roleOf(account),
  hasPassword: account.password !== null,
  keys: account.keys.map(({ key, comment }) => ({ fingerprint: fingerprintOf(key), comment })),
})

const machinesHaveNone = () =>
  new CoterieError('requestInvalid', { detail: 'a machine has no password; give it a key' })
