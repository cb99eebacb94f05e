/** Makes join tokens on this member, and tells and revokes those of the mesh. */
import { randomBytes } from 'node:crypto'
import type { Sign } from '../../crdt/index.ts'
import {
  draftToken,
  TOKEN_ADDRESS_LENGTH_MAX,
  TOKEN_ADDRESSES_MAX,
  TOKEN_ID_BYTES,
} from '../../protocols/credentials/index.ts'
import type {
  Decision,
  DecisionView,
  TokenHash,
  TokenRow,
  TokenTerms,
} from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import { hashOfToken } from './token-checks.ts'

/** Whom a token that is to be made admits, and from when to when. */
export interface NewToken extends Omit<TokenTerms, 'by' | 'notBeforeMs' | 'expiresAtMs'> {
  /** From now on. */
  readonly startsInMs: number
  /** From its start on. */
  readonly ttlMs: number
  /** Whether it says where members are; else the joiner finds them. */
  readonly tellsAddresses: boolean
}

export interface TokenDeskComponents {
  readonly decisions: { readonly view: DecisionView; decide(decision: Decision): Promise<number> }
  readonly certificates: Pick<Certificates, 'rootHash'>
  readonly sign: Sign
  readonly clock: Clock
  /** Where members can be dialled, of each the likeliest first. */
  addressesOf(node: NodeId): readonly string[]
}

export interface TokenDesk {
  /** The text that a person carries, which is kept nowhere, and the row of it. @throws `noQuorum`, `decisionRefused`, ... */
  create(wanted: NewToken): Promise<{ readonly text: string; readonly row: TokenRow }>
  list(): readonly TokenRow[]
  /** Revokes the one token whose hash begins with `hash`. @throws `joinTokenUnknown` where there is none or are several, `noQuorum`, ... */
  revoke(hash: string): Promise<TokenRow>
}

const SECOND_MS = 1_000

export const createTokenDesk = (
  { decisions, certificates, sign, clock, addressesOf }: TokenDeskComponents,
  { self }: { readonly self: NodeId },
): TokenDesk => {
  const { view } = decisions

  /** Two of this node's, then one of each other member's, for this one may be switched off by then. */
  const addresses = (): string[] => {
    const fits = (address: string) => address.length <= TOKEN_ADDRESS_LENGTH_MAX
    const others = [...view.nodes.keys()].filter((node) => node !== self)
    const own = addressesOf(self).filter(fits).slice(0, 2)
    const theirs = others.flatMap((node) => addressesOf(node).filter(fits).slice(0, 1))
    return [...own, ...theirs].slice(0, TOKEN_ADDRESSES_MAX)
  }

  const rowOf = (token: TokenHash): TokenRow => {
    const row = view.tokens.get(token)
    // It was made, and by the leader's clock it is over already.
    if (row === undefined)
      throw new CoterieError('joinTokenUnknown', {
        detail: "it has expired by the clock of the mesh's leader",
      })
    return row
  }

  return {
    create: async ({ startsInMs, ttlMs, tellsAddresses, ...wanted }) => {
      // The text holds whole seconds; nobody is late for a token by the one that is rounded off.
      const notBeforeMs = Math.floor((clock.wallMs() + startsInMs) / SECOND_MS) * SECOND_MS
      const expiresAtMs = notBeforeMs + Math.ceil(ttlMs / SECOND_MS) * SECOND_MS
      const terms = { ...wanted, by: self, notBeforeMs, expiresAtMs }
      const id = new Uint8Array(randomBytes(TOKEN_ID_BYTES))
      const { message, complete } = draftToken({
        ...terms,
        id,
        rootHash: certificates.rootHash(),
        addresses: tellsAddresses ? addresses() : [],
      })
      const text = complete(await sign(message))
      const token = hashOfToken({ terms: { id } })
      const lists = {
        capabilities: [...terms.capabilities],
        cidrs: [...terms.cidrs],
        labels: [...terms.labels],
      }
      await decisions.decide({ type: 'tokenCreated', token, ...terms, ...lists, atMs: clock.wallMs() })
      return { text, row: rowOf(token) }
    },
    list: () => [...view.tokens.values()],
    revoke: async (hash) => {
      const found = [...view.tokens.keys()].filter((token) => token.startsWith(hash))
      const [token] = found
      if (token === undefined || found.length > 1) {
        const detail = token === undefined ? `none begins with ${hash}` : `${found.length} begin with ${hash}`
        throw new CoterieError('joinTokenUnknown', { detail })
      }
      await decisions.decide({ type: 'tokenRevoked', token, atMs: clock.wallMs() })
      return rowOf(token)
    },
  }
}
