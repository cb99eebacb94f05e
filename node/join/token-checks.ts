/** What a member looks at before it asks the log, and how it says what the log answered. */
import { createHash } from 'node:crypto'
import type { Verify } from '../../crdt/index.ts'
import { isInCidr, type JoinToken, meshIdOf } from '../../protocols/credentials/index.ts'
import { type DecisionView, judgeToken, type TokenHash } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** Under what the log knows a token. */
export const hashOfToken = ({ terms }: { readonly terms: { readonly id: Uint8Array } }): TokenHash =>
  createHash('sha256').update(terms.id).digest('hex')

/** Whether the key that the token names made it. @throws `joinTokenForged` */
export const checkSignature = async (
  { terms, message, signature }: JoinToken,
  verify: Verify,
): Promise<void> => {
  if (await verify({ signer: terms.by, message, signature })) return
  throw new CoterieError('joinTokenForged', {
    detail: 'its signature does not fit, so some of it was changed',
  })
}

export interface TokenUse {
  readonly token: JoinToken
  readonly joiner: NodeId
  /** The IP address that it comes from; null where another node stands in between. */
  readonly address: string | null
}

/**
 * What this member judges alone: the mesh, the maker, the network. @throws `joinTokenOfOtherMesh`, `joinTokenForged`, `joinTokenOutside`
 */
export const checkUse = async (
  { token, address }: TokenUse,
  view: DecisionView,
  {
    self,
    rootHash,
    verify,
  }: { readonly self: NodeId; readonly rootHash: Uint8Array; readonly verify: Verify },
): Promise<void> => {
  const { terms } = token
  if (Buffer.compare(terms.rootHash, rootHash) !== 0)
    throw new CoterieError('joinTokenOfOtherMesh', { at: self, mesh: meshIdOf(terms.rootHash) })
  await checkSignature(token, verify)
  if (!view.nodes.has(terms.by))
    throw new CoterieError('joinTokenForged', { detail: 'the node that signed it is no member of the mesh' })
  const isInside = (cidr: string) => address !== null && isInCidr(address, cidr)
  if (terms.cidrs.length > 0 && !terms.cidrs.some(isInside))
    throw new CoterieError('joinTokenOutside', { address: address ?? 'a relay', cidrs: terms.cidrs })
}

/**
 * What the log says of the use by now, and does not take back: the leader's time in it never falls. `isFinal`: the log was asked, so
 * that a token it does not hold is none. @throws `joinTokenUnknown`, `joinTokenExpired`, `joinTokenNotYetValid`, `joinTokenExhausted`
 */
export const checkLog = ({ token, joiner }: TokenUse, view: DecisionView, isFinal: boolean): void => {
  const { notBeforeMs, expiresAtMs } = token.terms
  const meshAtMs = view.tokensAsOfMs
  if (expiresAtMs <= meshAtMs)
    throw new CoterieError('joinTokenExpired', { expiredAtMs: expiresAtMs, meshAtMs })
  const row = view.tokens.get(hashOfToken(token))
  switch (judgeToken(row, { node: joiner, atMs: meshAtMs, members: view.nodes })) {
    case 'revoked':
      throw new CoterieError('joinTokenUnknown', { detail: 'it was revoked' })
    case 'orphaned':
      throw new CoterieError('joinTokenUnknown', { detail: 'the node that made it is no member any more' })
    case 'exhausted':
      throw new CoterieError('joinTokenExhausted', { uses: row?.usesMax ?? 1 })
    case 'forAnother':
      throw new CoterieError('joinTokenForAnother', {})
    case 'notYetValid':
      if (isFinal) throw new CoterieError('joinTokenNotYetValid', { notBeforeMs, meshAtMs })
      return
    case 'unknown':
      if (isFinal)
        throw new CoterieError('joinTokenUnknown', { detail: 'the decision that made it was lost' })
  }
}
