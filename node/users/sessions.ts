/** The sessions that this node made: who is logged in, and which refresh token is the last. Its one writer is this node. */
import { randomBytes } from 'node:crypto'
import {
  isPast,
  type LoginWay,
  type RefreshClaims,
  SESSION_PREFIX,
  SESSION_S,
  type Session,
  type SessionId,
  sessionCodec,
  sessionEndMs,
  sessionIn,
  sessionRegister,
} from '../../protocols/credentials/index.ts'
import type { Account } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { Endings } from './endings.ts'
import { SESSIONS_OF_ACCOUNT_MAX } from './limits.ts'
import type { SessionView, UsersComponents } from './types.ts'

export interface Begun {
  readonly session: SessionId
  readonly turn: number
}

export interface Sessions {
  start(): Promise<void>
  /** On disk when it resolves. @throws `storeFailed` */
  begin(account: Account, way: LoginWay): Promise<Begun>
  /** The next turn, on disk when it resolves; ends the session where this turn was taken before. @throws `sessionOver`, `storeFailed` */
  turn(claims: Pick<RefreshClaims, 'sid' | 'turn'>): Promise<Begun>
  /** Of all nodes, as far as they are known here, newest first. */
  all(): readonly SessionView[]
}

type SessionsComponents = Pick<UsersComponents, 'decisions' | 'intent' | 'records' | 'clock'> & {
  readonly endings: Pick<Endings, 'end' | 'hasEnded' | 'isBarred'>
}

const ID_BYTES = 16

const parse = (value: Uint8Array): Session | null => {
  try {
    return sessionCodec.decode(value)
  } catch (error) {
    // A word of another version counts as none.
    if (isCoterieError(error, 'malformedMessage')) return null
    throw error
  }
}

export const createSessions = ({
  decisions: { view },
  intent,
  records,
  clock,
  endings,
}: SessionsComponents): Sessions => {
  const own = new Map<SessionId, Session>()

  const write = async (id: SessionId, session: Session): Promise<void> => {
    const value = sessionCodec.encode(session)
    const past = [...own.keys()].filter((each) => isPast(each, clock.wallMs()) || endings.hasEnded(each))
    for (const each of past) own.delete(each)
    own.set(id, session)
    await records.write([
      { key: sessionRegister(id), value },
      ...past.map((each) => ({ key: sessionRegister(each), value: null })),
    ])
    intent.setRegister(sessionRegister(id), value)
  }

  /** Ends the oldest of an account that has too many here. */
  const makeRoom = async (account: Account): Promise<void> => {
    const theirs = [...own].filter(
      ([id, session]) => session.account === account.account && !endings.hasEnded(id),
    )
    const oldest = theirs.toSorted(([, a], [, b]) => a.refreshedAtMs - b.refreshedAtMs)
    for (const [id] of oldest.slice(0, Math.max(0, theirs.length + 1 - SESSIONS_OF_ACCOUNT_MAX)))
      await endings.end(id, 'too many')
  }

  const viewOf = (id: SessionId, session: Session, node: string): SessionView | null => {
    const account = view.accounts.get(session.account)
    const isOver =
      account === undefined ||
      account.epoch > session.epoch ||
      endings.isBarred(account) ||
      endings.hasEnded(id) ||
      isPast(id, clock.wallMs())
    if (isOver) return null
    const { way, beganAtMs, refreshedAtMs } = session
    const name = view.nodes.get(node)?.name ?? 'removed'
    const untilMs = sessionEndMs(id)
    return { session: id, user: account.name, way, node, name, beganAtMs, refreshedAtMs, untilMs }
  }

  return {
    start: async () => {
      for await (const [key, value] of records.entries(SESSION_PREFIX)) {
        const id = sessionIn(key)
        const session = parse(value)
        if (id === null || session === null || isPast(id, clock.wallMs())) continue
        own.set(id, session)
        intent.setRegister(key, value)
      }
    },
    begin: async (account, way) => {
      await makeRoom(account)
      const nowMs = clock.wallMs()
      const endS = Math.floor(nowMs / 1000) + SESSION_S
      const id = `${randomBytes(ID_BYTES).toString('hex')}.${endS}`
      const turn = 1
      await write(id, {
        account: account.account,
        epoch: account.epoch,
        way,
        turn,
        beganAtMs: nowMs,
        refreshedAtMs: nowMs,
      })
      return { session: id, turn }
    },
    turn: async ({ sid, turn }) => {
      const session = own.get(sid)
      if (session === undefined)
        throw new CoterieError('sessionOver', { detail: 'this machine knows nothing of it' })
      if (turn !== session.turn) {
        await endings.end(sid, 'used twice')
        throw new CoterieError('sessionOver', { detail: 'its refresh token was used twice, so two had it' })
      }
      // Taken before anything is awaited: of two at the same time, one is the second.
      const next = { ...session, turn: turn + 1, refreshedAtMs: clock.wallMs() }
      await write(sid, next)
      return { session: sid, turn: next.turn }
    },
    all: () =>
      intent
        .registers(SESSION_PREFIX)
        .filter(({ node }) => view.nodes.has(node))
        .flatMap(({ node, key, value }) => {
          const id = sessionIn(key)
          const session = parse(value)
          const seen = id === null || session === null ? null : viewOf(id, session, node)
          return seen === null ? [] : [seen]
        })
        .toSorted((a, b) => b.refreshedAtMs - a.refreshedAtMs),
  }
}
