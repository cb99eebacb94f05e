import { type DecisionView, decisionCodec, versionNeeded } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  type GenerationClaim,
  type GenerationRecord,
  generationMessage,
  generationOf,
  isSameGeneration,
  knowsMore,
  nextNumber,
  rankOf,
  type Standing,
  SURVIVORS_MAX,
} from '../../protocols/generations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Exchange } from './exchange.ts'
import { newestKnown } from './known-chain.ts'
import type { GenerationComponents, Generations, Survey } from './types.ts'

/** How long a quorum may take to prove that it lives: several heartbeats, and an election. */
const PROOF_TIMEOUT_MS = 2_500

type Recovering = Pick<Generations, 'survey' | 'recover'>
type Components = Pick<
  GenerationComponents,
  'consensus' | 'decisions' | 'supportedBy' | 'connections' | 'hash' | 'sign' | 'clock' | 'logger'
>

const nameOf = ({ nodes }: DecisionView, node: NodeId): string => nodes.get(node)?.name ?? node

export const createRecovering = (
  { consensus, decisions, supportedBy, connections, hash, sign, clock, logger }: Components,
  exchange: Exchange,
): Recovering => {
  const { self } = connections
  const { view } = decisions

  const proveLeader = async (): Promise<NodeId | null> => {
    try {
      await consensus.readIndex({ timeoutMs: PROOF_TIMEOUT_MS })
      return consensus.view().leader
    } catch {
      return null
    }
  }

  const own = (): Standing => {
    const { lastIndex, lastTerm, commitIndex, leader } = consensus.view()
    return { records: [...view.generations], lastIndex, lastTerm, commitIndex, hasLeader: leader !== null }
  }

  const survey = async (): Promise<Survey> => {
    const others = [...view.nodes.values()]
      .filter(({ node }) => node !== self)
      .sort((a, b) => a.admittedIndex - b.admittedIndex)
    const connected = new Set(connections.connected())
    const [leader, ...answers] = await Promise.all([
      proveLeader(),
      ...others.map(async ({ node }) => ({
        node,
        standing: connected.has(node) ? await exchange.with(node) : null,
      })),
    ])
    const members = [{ node: self, standing: own() }, ...answers]
    const present = members.filter((member) => member.standing !== null) as {
      node: NodeId
      standing: Standing
    }[]
    const best = present.reduce((most, member) => (isFurther(member.standing, most.standing) ? member : most))
    const led = answers.find(({ standing }) => standing?.hasLeader)
    return { members, leader: leader ?? led?.node ?? null, best: best.node }
  }

  /** The first entry of a generation brings the mesh to the version that it needs: who is heard must support it. */
  const checkVersions = (needed: number): void => {
    const { nodes, meshVersion } = view
    if (meshVersion >= needed) return
    const older = connections.connected().filter((node) => nodes.has(node) && supportedBy(node).most < needed)
    if (older.length === 0) return
    const names = older.map((node) => nameOf(view, node)).join(', ')
    throw new CoterieError('recoveryNeedsUpdate', { names, needed, meshVersion })
  }

  const claimOf = ({ members }: Survey, from: GenerationClaim['from']): GenerationClaim => {
    const number = nextNumber(newestKnown(consensus.view()), rankOf(view.nodes.values(), self))
    if (view.mesh === null || !view.nodes.has(self) || from.index === 0)
      throw new CoterieError('recoveryImpossible', { detail: 'its log does not say that it is a member' })
    if (number === null)
      throw new CoterieError('recoveryImpossible', { detail: 'the numbers of generations are used up' })
    const survivors = members.filter(({ standing }) => standing !== null).map(({ node }) => node)
    return {
      mesh: view.mesh.mesh,
      number,
      parent: consensus.view().generation,
      by: self,
      atMs: clock.wallMs(),
      from,
      survivors: survivors.slice(0, SURVIVORS_MAX),
    }
  }

  return {
    survey,
    recover: async ({ force }) => {
      const found = await survey()
      const { lastIndex, lastTerm } = consensus.view()
      if (found.leader !== null) throw new CoterieError('quorumLives', { leader: nameOf(view, found.leader) })
      if (found.best !== self && !force) {
        const index = found.members.find(({ node }) => node === found.best)?.standing?.lastIndex ?? 0
        throw new CoterieError('recoverElsewhere', {
          name: nameOf(view, found.best),
          index,
          ownIndex: lastIndex,
        })
      }
      const claim = claimOf(found, { index: lastIndex, term: lastTerm })
      const record: GenerationRecord = { ...claim, signature: await sign(generationMessage(claim)) }
      const generation = generationOf(claim, hash)
      const began = { type: 'generationBegan', record } as const
      checkVersions(versionNeeded(began))
      const data = decisionCodec.encode(began)
      logger.warn({ number: claim.number, from: claim.from }, 'somebody recovers the mesh at this node')
      await consensus.recover(generation, claim.from, data)
      if (!isSameGeneration(consensus.view().generation, generation))
        throw new CoterieError('recoveryImpossible', { detail: 'its log went on meanwhile' })
      exchange.tellAll()
      return record
    },
  }
}

/** A member of a newer generation knows more than all of an older one. */
const isFurther = (one: Standing, other: Standing): boolean => {
  const [first, second] = [one.records.at(-1)?.number ?? 0, other.records.at(-1)?.number ?? 0]
  return first === second ? knowsMore(one, other) : first > second
}
