import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { RevocationDesk } from '../control/index.ts'
import { removalOf } from '../revocations/index.ts'
import type { Ground } from './ground.ts'
import { handOver } from './leave-mesh.ts'
import type { Planes } from './planes.ts'
import type { OwnTrust } from './trust.ts'

/** How long a person waits for the decision: the voters change first, which may take an election. */
const DECISION_WAIT_MS = 15_000

/** Without a leader for so long there is no majority. */
const LEADERLESS_MS = 3_000
const LOOK_AGAIN_MS = 50

/** Revocations in the words of the API: nodes by their names. */
export const openRevocationDesk = (
  { network, clock }: Ground,
  { consensus, decisions }: Planes,
  { revocations, signing }: Pick<OwnTrust, 'revocations' | 'signing'>,
): RevocationDesk => {
  const { self } = network.connections
  const { view } = decisions

  const memberOf = (given: string) => {
    const member = [...view.nodes.values()].find(({ node, name }) => node === given || name === given)
    if (member === undefined) throw new CoterieError('nodeUnknown', { node: given, near: null })
    return member
  }
  const nameOf = (node: string): string | null => view.nodes.get(node)?.name ?? null

  /** Where this node may not sign: the decision alone shuts it out, once its vote has gone to another. */
  const decide = async (removed: {
    readonly node: string
    readonly name: string
    readonly reason: string
  }) => {
    try {
      await handOver({ clock, consensus, decisions }, removed.node)
      await decisions.decide(removalOf(removed, { clock, signing, decisions }))
    } catch (error) {
      if (!isCoterieError(error, 'noQuorum')) throw error
      const issuers = [...view.issuers.keys()].filter((node) => node !== removed.node && node !== self)
      throw new CoterieError(
        'revocationUnsigned',
        { name: removed.name, issuers: issuers.map((node) => nameOf(node) ?? node) },
        { cause: error },
      )
    }
  }

  /** The leader decides it by the record; where there is none, that goes on by itself later. */
  const decided = async (node: string): Promise<void> => {
    const untilMs = clock.nowMs() + DECISION_WAIT_MS
    let ledAtMs = clock.nowMs()
    while (view.nodes.has(node) && clock.nowMs() < Math.min(untilMs, ledAtMs + LEADERLESS_MS)) {
      await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
      if (consensus.view().leader !== null) ledAtMs = clock.nowMs()
    }
  }

  return {
    revoke: async (given, { reason = '' }) => {
      const { node, name } = memberOf(given)
      if (node === self) throw new CoterieError('revocationOfSelf', {})
      const record = await revocations.issue(node, { name, reason })
      if (record === null) await decide({ node, name, reason })
      else await decided(node)
      return { id: node, name, state: view.nodes.has(node) ? 'pending' : 'done' }
    },
    list: () => ({
      revocations: Array.from(revocations.all(), ({ id, statement, signer }) => {
        const { node, name, reason, atMs } = statement
        const counts = revocations.revoked.get(node)
        const by = signer.node === null ? null : { id: signer.node, name: nameOf(signer.node) }
        const state = stateOf(view, node, counts?.id === id)
        return { id: node, name, reason, atMs, by, state }
      }).sort((a, b) => a.atMs - b.atMs),
    }),
  }
}

const stateOf = ({ nodes }: Pick<DecisionView, 'nodes'>, node: string, counts: boolean) => {
  if (!nodes.has(node)) return 'done' as const
  return counts ? ('pending' as const) : ('void' as const)
}
