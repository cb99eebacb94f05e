/**
 * What counts no more: sessions that ended and accounts that were barred. A set that only grows, said in registers by any
 * node and kept by all until it matters no more: so it acts at once, without a majority, and outlives the node that said it.
 */
import type { Register } from '../../crdt/index.ts'
import {
  barredIn,
  barredRegister,
  ENDED_PREFIX,
  type End,
  endCodec,
  endedRegister,
  isLoginOver,
  type SessionId,
  sessionIn,
} from '../../protocols/credentials/index.ts'
import type { Account } from '../../protocols/decisions/index.ts'
import type { UsersComponents } from './types.ts'

export interface Endings {
  start(): Promise<void>
  stop(): void
  hasEnded(session: SessionId): boolean
  isBarred(account: Pick<Account, 'account' | 'addedAt'>): boolean
  /** On this disk when it resolves, and on its way to everybody. @throws `storeFailed` */
  end(session: SessionId, why: End['why']): Promise<void>
  bar(account: Account): Promise<void>
  /** Accounts that are barred and that the log still has. */
  waiting(): readonly Account[]
}

type EndingsComponents = Pick<UsersComponents, 'decisions' | 'intent' | 'records' | 'clock' | 'logger'>

export const createEndings = ({ decisions, intent, records, clock, logger }: EndingsComponents): Endings => {
  const { view } = decisions
  /** Register keys, and what is said under them. */
  const known = new Map<string, Uint8Array>()
  let subscriptions: (() => void)[] = []
  let removedNodes = 0

  const isOver = (key: string): boolean => isLoginOver(view, key, clock.wallMs())

  const forget = async (): Promise<void> => {
    const over = [...known.keys()].filter(isOver)
    for (const key of over) known.delete(key)
    if (over.length > 0) await records.write(over.map((key) => ({ key, value: null })))
  }

  const keep = async (key: string, value: Uint8Array): Promise<void> => {
    if (known.has(key) || isOver(key)) return
    known.set(key, value)
    await records.write([{ key, value }])
  }

  const isEnding = ({ key }: Register): boolean =>
    key.startsWith(ENDED_PREFIX) && (sessionIn(key) !== null || barredIn(key) !== null)

  const hear = (registers: readonly Register[]): void => {
    // What is written here is no more than what others say too: it acts, also where the disk fails.
    for (const { key, value } of registers.filter(isEnding))
      keep(key, value).catch((error: Error) =>
        logger.error({ error: error.message }, 'the end of a session could not be kept'),
      )
  }

  /** What only nodes said that were removed, this one says from now on. */
  const inherit = (): void => {
    if (view.removedNodes.size === removedNodes) return
    removedNodes = view.removedNodes.size
    const said = new Set(
      intent
        .registers(ENDED_PREFIX)
        .filter(({ node }) => !view.removedNodes.has(node))
        .map(({ key }) => key),
    )
    for (const [key, value] of known) if (!said.has(key)) intent.setRegister(key, value)
  }

  const say = async (key: string, why: End['why']): Promise<void> => {
    if (known.has(key)) return
    const value = endCodec.encode({ atMs: clock.wallMs(), why })
    // It acts before it is on the disk: refusing too much is no harm.
    await keep(key, value)
    intent.setRegister(key, value)
    await forget()
  }

  return {
    start: async () => {
      for await (const [key, value] of records.entries(ENDED_PREFIX)) known.set(key, value)
      const registers = intent.registers(ENDED_PREFIX)
      // A crash may have come between this disk and the registers.
      const said = new Set(registers.map(({ key }) => key))
      for (const [key, value] of known) if (!said.has(key) && !isOver(key)) intent.setRegister(key, value)
      hear(registers)
      subscriptions = [intent.onChange(({ registers }) => hear(registers)), decisions.onBatch(inherit)]
    },
    stop: () => {
      for (const end of subscriptions) end()
    },
    hasEnded: (session) => known.has(endedRegister(session)),
    isBarred: (account) => known.has(barredRegister(account)),
    end: (session, why) => say(endedRegister(session), why),
    bar: (account) => say(barredRegister(account), 'user removed'),
    waiting: () => [...view.accounts.values()].filter((account) => known.has(barredRegister(account))),
  }
}
