/** One moment of a node: where its log stands, what it amounts to there, and what a manifest says of it. */
import type { BackupManifest } from '../../protocols/backup/index.ts'
import type { Snapshot } from '../../protocols/consensus/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Generation, numberOf } from '../../protocols/generations/index.ts'
import type { BackupComponents } from './types.ts'

/** For a quorum's word on how far the log goes: several heartbeats, and an election. */
const PROOF_TIMEOUT_MS = 2_500
/** For what a node that just came back still applies or fetches. */
const READY_TIMEOUT_MS = 10_000
const LOOK_AGAIN_MS = 50

type Counts = Pick<BackupManifest, 'nodes' | 'services' | 'users' | 'tokens' | 'meshVersion'>

export interface Moment {
  readonly place: Omit<Snapshot, 'data'>
  readonly data: Uint8Array
  readonly nodeTerm: number
  readonly generation: Generation | null
  readonly counts: Counts
  readonly nodeName: string
  readonly issuer: boolean
  readonly upToDate: boolean
}

type Parts = Pick<BackupComponents, 'clock' | 'consensus' | 'decisions' | 'intent'>

const notReady = (detail: string) => new CoterieError('backupNotReady', { detail })

/** The index up to which all is known, proven by a quorum; null where none answers. */
const provenIndex = ({ consensus }: Parts): Promise<number | null> =>
  consensus.readIndex({ timeoutMs: PROOF_TIMEOUT_MS }).catch(() => null)

/** Services that were not removed. */
const living = ({ decisions: { view } }: Parts) =>
  [...view.objects.values()].filter(({ removed }) => !removed)

const countsOf = (parts: Parts): Counts => {
  const { view } = parts.decisions
  return {
    nodes: view.nodes.size,
    services: living(parts).length,
    users: view.accounts.size,
    tokens: view.tokens.size,
    meshVersion: view.meshVersion,
  }
}

/** @throws `backupNotReady` */
const checkStanding = ({ consensus, decisions }: Parts, self: string): void => {
  if (decisions.halt !== null) throw notReady('it is too old for the mesh, and has stopped following its log')
  if (consensus.view().supersededBy !== null)
    throw notReady('a newer generation of the log has begun, which it does not have yet')
  if (decisions.view.appliedIndex > 0 && !decisions.view.nodes.has(self))
    throw notReady('the log does not say that it is a member')
}

/** What is missing yet, in words; null where nothing is. */
const missing = (parts: Parts, index: number | null): string | null => {
  const { decisions, intent } = parts
  if (decisions.view.appliedIndex < Math.max(1, index ?? 0))
    return `it has applied ${decisions.view.appliedIndex} of ${index ?? 'its'} decisions`
  const sought = living(parts).filter(({ head }) => !intent.holds(head)).length
  return sought === 0 ? null : `it still fetches what ${sought} services are to run`
}

/** All at one moment, the data after it. Null where the log cannot be told just now. */
const takeNow = (parts: Parts, self: string, upToDate: boolean): (() => Promise<Moment>) | null => {
  const { consensus, decisions } = parts
  const { view } = decisions
  const place = consensus.placeAt(view.appliedIndex)
  const snapshot = place && decisions.snapshot()
  if (place === null || snapshot === null) return null
  const { term: nodeTerm, generation } = consensus.view()
  const counts = countsOf(parts)
  const nodeName = view.nodes.get(self)?.name ?? self
  const issuer = view.issuers.has(self)
  return async () => {
    const { data } = await snapshot
    return { place, data, nodeTerm, generation, counts, nodeName, issuer, upToDate }
  }
}

export const generationNumber = ({ generation }: Moment): number => numberOf(generation)

/** @throws `backupNotReady`, the signal's reason */
export const takeMoment = async (parts: Parts, self: string, signal: AbortSignal): Promise<Moment> => {
  const { clock } = parts
  checkStanding(parts, self)
  const proven = await provenIndex(parts)
  const startMs = clock.nowMs()
  for (;;) {
    signal.throwIfAborted()
    checkStanding(parts, self)
    const lacks = missing(parts, proven)
    const taking = lacks === null ? takeNow(parts, self, proven !== null) : null
    if (taking !== null) return await taking()
    if (clock.nowMs() - startMs > READY_TIMEOUT_MS)
      throw notReady(lacks ?? 'its log is changing all the time')
    await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
  }
}
