import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import {
  chainCodec,
  type Generation,
  type GenerationRecord,
  generationMessage,
  isChain,
  isNewer,
  lastOf,
  plainRecord,
} from '../../protocols/generations/index.ts'
import type { GenerationComponents } from './types.ts'

const MET_KEY = 'met'

/** The newest generation that this node knows of, as it stands on the disk of its machine. */
export const newestKnown = ({ supersededBy, generation }: ConsensusView): Generation | null =>
  supersededBy ?? generation

/** The records behind the newest generation that this node knows of. */
export interface KnownChain {
  load(): Promise<void>
  /** Oldest first; none in the first generation. */
  records(): readonly GenerationRecord[]
  /** The generation that a chain proves, where it is newer than what is known and counts here; else null. */
  judge(chain: readonly GenerationRecord[]): Promise<Generation | null>
  /** Keeps a chain that was judged, and resolves when it is on disk. @throws `storeFailed` */
  meet(chain: readonly GenerationRecord[]): Promise<void>
}

export const createKnownChain = ({
  consensus,
  decisions,
  records,
  hash,
  verify,
}: Pick<GenerationComponents, 'consensus' | 'decisions' | 'records' | 'hash' | 'verify'>): KnownChain => {
  /** Of a generation whose log is not here yet. */
  let met: readonly GenerationRecord[] = []

  /** A signer that is unknown here may have been admitted since; one that was removed never counts again. */
  const isSigned = async (record: GenerationRecord, { removedNodes }: DecisionView): Promise<boolean> => {
    const { by: signer, signature } = record
    if (removedNodes.has(signer)) return false
    return await verify({ signer, message: generationMessage(record), signature })
  }

  return {
    load: async () => {
      const stored = await records.get(MET_KEY)
      if (stored !== null) met = chainCodec.decode(stored)
    },
    records: () => (consensus.view().supersededBy === null ? decisions.view.generations : met),
    judge: async (chain) => {
      const { view } = decisions
      const newest = lastOf(chain, hash)
      if (!isNewer(newest, newestKnown(consensus.view())) || !isChain(chain, hash)) return null
      if (view.mesh !== null && chain[0]?.mesh !== view.mesh.mesh) return null
      const own = view.generations.length
      const isKnown = (record: GenerationRecord, at: number): boolean =>
        at < own && lastOf([record], hash)?.id === lastOf(view.generations.slice(at, at + 1), hash)?.id
      for (const [at, record] of chain.entries()) {
        if (!isKnown(record, at) && !(await isSigned(record, view))) return null
      }
      return newest
    },
    meet: async (chain) => {
      const plain = chain.map(plainRecord)
      await records.write([{ key: MET_KEY, value: chainCodec.encode(plain) }])
      met = plain
    },
  }
}
