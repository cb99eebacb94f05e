/** What nodes tell each other of sessions, in registers. See docs/design/users.md. */
import { type Static, Type } from 'typebox'
import { AccountIdSchema, type DecisionView } from '../decisions/index.ts'
import { defineMessage } from '../wire/index.ts'
import { type SessionId, sessionEndMs } from './user-tokens.ts'

const TimeSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const CountSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** How somebody logged in. */
export const LoginWaySchema = Type.Union([Type.Literal('password'), Type.Literal('key')])
export type LoginWay = Static<typeof LoginWaySchema>

/** As the node that made it tells it, and keeps it. */
const SessionSchema = Type.Object({
  account: AccountIdSchema,
  /** That of the account as it began. */
  epoch: CountSchema,
  way: LoginWaySchema,
  /** The number of the one refresh token that is good. */
  turn: CountSchema,
  /** Wall clocks of that node. */
  beganAtMs: TimeSchema,
  refreshedAtMs: TimeSchema,
})

const EndSchema = Type.Object({
  atMs: TimeSchema,
  /** `used twice`: a refresh token was. */
  why: Type.Union([
    Type.Literal('logged out'),
    Type.Literal('ended by an admin'),
    Type.Literal('used twice'),
    Type.Literal('too many'),
    Type.Literal('user removed'),
  ]),
})

export type Session = Static<typeof SessionSchema>
export type End = Static<typeof EndSchema>

export const sessionCodec = defineMessage('session', SessionSchema)
export const endCodec = defineMessage('end of a session', EndSchema)

/** Prefixes of register keys. */
export const SESSION_PREFIX = 'session/'
export const ENDED_PREFIX = 'ended/'

export const sessionRegister = (session: SessionId): string => `${SESSION_PREFIX}${session}`
/** Said of a session that counts no more, by whoever ended it. */
export const endedRegister = (session: SessionId): string => `${ENDED_PREFIX}${session}`

export interface Barred {
  readonly account: string
  /** Token of the entry that added it. */
  readonly addedAt: number
}

/** Said of an account that counts no more, before its removal is decided. */
export const barredRegister = ({ account, addedAt }: Barred): string =>
  `${ENDED_PREFIX}account-${account}.${addedAt}`

const SESSION_KEY = /^(?:session|ended)\/([0-9a-f]{32}\.[0-9]{10,11})$/
const BARRED_KEY = /^ended\/account-([0-9a-f]{32})\.([0-9]{1,16})$/

/** The session that a register is about; null for any other. */
export const sessionIn = (key: string): SessionId | null => SESSION_KEY.exec(key)?.[1] ?? null

/** The account that a register bars; null for any other. */
export const barredIn = (key: string): Barred | null => {
  const [, account, addedAt] = BARRED_KEY.exec(key) ?? []
  return account === undefined ? null : { account, addedAt: Number(addedAt) }
}

/** Whether a session would be over anyhow. */
export const isPast = (session: SessionId, wallMs: number): boolean => sessionEndMs(session) < wallMs

/** Whether nobody need know any more what a register of sessions says: no token that it is about could be good. */
export const isLoginOver = (
  view: Pick<DecisionView, 'accounts' | 'appliedIndex' | 'tokenAt'>,
  key: string,
  wallMs: number,
): boolean => {
  const session = sessionIn(key)
  if (session !== null) return isPast(session, wallMs)
  const barred = barredIn(key)
  // Not of an account that is yet to be added as far as this node has read the log.
  return (
    barred !== null && !view.accounts.has(barred.account) && barred.addedAt <= view.tokenAt(view.appliedIndex)
  )
}
