import type { AdmittedNode, Decision, Outcome } from '../../protocols/decisions/index.ts'
import { REVOCATIONS_VERSION } from '../../protocols/decisions/index.ts'
import type { Statement } from '../../protocols/revocations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { RootSigning } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { createRounds } from '../turns/index.ts'
import { DECIDE_RETRY_MS } from './limits.ts'
import type { Revocations } from './types.ts'

export interface RemovalsComponents {
  readonly clock: Clock
  readonly logger: Logger
  readonly revocations: Pick<Revocations, 'revoked' | 'has' | 'onChange' | 'issue'>
  readonly signing: Pick<RootSigning, 'signerOf'>
  readonly decisions: {
    readonly view: {
      readonly nodes: ReadonlyMap<NodeId, AdmittedNode>
      readonly issuers: ReadonlyMap<NodeId, Uint8Array>
      readonly meshVersion: number
    }
    decide(decision: Decision): Promise<number>
    onApplied(
      listener: (applied: { readonly decision: Decision; readonly outcome: Outcome }) => void,
    ): () => void
    onBatch(listener: () => void): () => void
  }
  /** Whether this node leads. */
  leads(): boolean
  /** Whether a node votes, or is about to. */
  votes(node: NodeId): boolean
}

/** The removal of a node that is revoked, as far as the mesh understands it. */
export const removalOf = (
  { node, name, reason }: Omit<Statement, 'atMs'>,
  { clock, signing, decisions: { view } }: Pick<RemovalsComponents, 'clock' | 'signing' | 'decisions'>,
): Decision => {
  const removal = { type: 'nodeRemoved', node, atMs: clock.wallMs() } as const
  if (view.meshVersion < REVOCATIONS_VERSION) return removal
  const certificate = view.issuers.get(node)
  const signer = certificate === undefined ? null : signing.signerOf(certificate)
  const intermediate = signer && { credential: signer.fingerprint, expiresAtMs: signer.untilMs }
  return { ...removal, revoked: { name, reason, ...(intermediate && { intermediate }) } }
}

/**
 * Lets either half of a revocation bring about the other: while this node leads it decides the removal of whom records
 * revoke, once they vote no more; and it signs a record of whom a decision revoked, where it may.
 */
export const createRemovals = (components: RemovalsComponents): Service => {
  const { clock, logger, revocations, decisions, leads, votes } = components
  let ends: (() => void)[] = []

  const waiting = (): Statement[] =>
    Array.from(revocations.revoked.values(), ({ statement }) => statement).filter(({ node }) =>
      decisions.view.nodes.has(node),
    )

  const rounds = createRounds(
    clock,
    async () => {
      if (!leads()) return
      for (const statement of waiting())
        if (!votes(statement.node)) await decisions.decide(removalOf(statement, components))
      if (waiting().length > 0) rounds.wake(DECIDE_RETRY_MS)
    },
    (error) => {
      logger.warn({ error: String(error) }, 'a node that is revoked could not be removed yet')
      rounds.wake(DECIDE_RETRY_MS)
    },
  )

  const sign = ({ node, revoked }: Extract<Decision, { type: 'nodeRemoved' }>): void => {
    if (revoked === undefined || revocations.has(node)) return
    revocations
      .issue(node, revoked)
      .catch((error: unknown) =>
        logger.error({ error: String(error), revoked: node }, 'a revocation could not be kept'),
      )
  }

  return {
    start: async () => {
      rounds.start()
      const look = (): void => {
        if (waiting().length > 0) rounds.wake(0)
      }
      ends = [
        revocations.onChange(look),
        decisions.onBatch(look),
        decisions.onApplied(({ decision, outcome }) => {
          if (decision.type === 'nodeRemoved' && outcome.ok) sign(decision)
        }),
      ]
      look()
    },
    stop: async () => {
      rounds.stop()
      for (const end of ends) end()
    },
  }
}
