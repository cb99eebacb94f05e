import type { CreatedToken, JoinTokenRow, JoinTokens, TokenRequest } from '../../protocols/control/index.ts'
import { type DecisionView, judgeToken, type TokenRow } from '../../protocols/decisions/index.ts'
import type { Tokens } from '../control/index.ts'
import type { TokenDesk } from '../join/index.ts'

/** What the founder prints for the next machines: a coterie is 3 to 10 of them, and they are at hand today. */
export const FIRST_TOKEN: TokenRequest = { ttlMs: 24 * 3_600_000, uses: 9, role: 'full' }

/** Join tokens in the words of the API. */
export const openTokens = (desk: TokenDesk, view: DecisionView, nowMs: () => number): Tokens => {
  const nodeOf = (id: string) => ({ id, name: view.nodes.get(id)?.name ?? null })
  const stateOf = (row: TokenRow): JoinTokenRow['state'] => {
    const verdict = judgeToken(row, {
      node: '',
      atMs: Math.max(nowMs(), view.tokensAsOfMs),
      members: view.nodes,
    })
    switch (verdict) {
      case 'admits':
      case 'forAnother':
      case 'unknown':
      // What has expired by this clock counts until the leader says that it has.
      case 'expired':
        return 'valid'
      default:
        return verdict
    }
  }
  const rowOf = (row: TokenRow): JoinTokenRow => ({
    id: row.token,
    state: stateOf(row),
    role: row.role,
    uses: row.usesMax,
    used: row.nodes.map(nodeOf),
    notBeforeMs: row.notBeforeMs,
    expiresAtMs: row.expiresAtMs,
    capabilities: [...row.capabilities],
    cidrs: [...row.cidrs],
    labels: [...row.labels],
    only: row.only ?? null,
    by: nodeOf(row.by),
  })
  return {
    create: async (request): Promise<CreatedToken> => {
      const { ttlMs, startsInMs = 0, uses, role, capabilities = [], cidrs = [], labels = [] } = request
      const { addresses = true } = request
      const { text, row } = await desk.create({
        ttlMs,
        startsInMs,
        usesMax: uses,
        role,
        capabilities,
        cidrs,
        labels,
        tellsAddresses: addresses,
      })
      return { text, token: rowOf(row) }
    },
    list: (): JoinTokens => {
      const rows = [...desk.list()].sort((a, b) => a.expiresAtMs - b.expiresAtMs)
      return { tokens: rows.map(rowOf) }
    },
    revoke: async (token) => rowOf(await desk.revoke(token)),
  }
}
