/** Who holds each volume, who of them writes, and under which epoch. */
import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../wire/index.ts'
import { ACCEPTED, type Members, ObjectKeySchema, type Outcome, refuse } from './names.ts'
import type { ObjectTable } from './revisions.ts'

/** Replicas of one volume: each more costs every write, and a mesh has no more zones than that. */
export const VOLUME_REPLICAS_MAX = 16

/** Raised with each primary: what an earlier one sends is refused. */
const EpochSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const ReplicasSchema = Type.Array(NodeIdSchema, { minItems: 1, maxItems: VOLUME_REPLICAS_MAX })

export const VolumePrimaryNamedSchema = Type.Object({
  type: Type.Literal('volumePrimaryNamed'),
  volume: ObjectKeySchema,
  primary: NodeIdSchema,
  /** One above the present one, or above all of older generations; 1 where there is none. */
  epoch: EpochSchema,
})

export const VolumeReplicasSetSchema = Type.Object({
  type: Type.Literal('volumeReplicasSet'),
  volume: ObjectKeySchema,
  replicas: ReplicasSchema,
  /** Those that held it when the leader planned. Refused if others do now. */
  replaces: ReplicasSchema,
  /** The present one. */
  epoch: EpochSchema,
})

export const VolumePlacementSchema = Type.Object({
  volume: ObjectKeySchema,
  primary: NodeIdSchema,
  epoch: EpochSchema,
  /** In order, the primary among them. */
  replicas: ReplicasSchema,
})
export type VolumePlacement = Readonly<Static<typeof VolumePlacementSchema>>

const setOf = (nodes: readonly string[]): string[] => [...new Set(nodes)].sort()
const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join()

/**
 * The epoch of a volume never falls: not where the volume is removed and another one comes under its name, and not over a
 * recovery, for what an older generation named after it was left must stay below.
 */
export const createVolumes = (members: Members, objects: ObjectTable) => {
  const volumes = new Map<string, VolumePlacement>()
  const isGone = (volume: string): boolean => objects.all.get(volume)?.removed !== false
  return {
    all: volumes as ReadonlyMap<string, VolumePlacement>,
    /** `generationToken`: below every fencing token of the present generation, and above those of older ones. */
    namePrimary: (
      { volume, primary, epoch }: Static<typeof VolumePrimaryNamedSchema>,
      generationToken: number,
    ): Outcome => {
      if (isGone(volume)) return refuse(`${volume} does not exist any more`)
      const known = volumes.get(volume)
      if (known?.epoch === epoch && known.primary === primary) return ACCEPTED
      const next = Math.max(known?.epoch ?? 0, generationToken) + 1
      if (epoch !== next) return refuse(`the next epoch of ${volume} is ${next}, not ${epoch}`)
      if (!members.has(primary)) return refuse(`node ${primary} is not a member`)
      const { replicas } = known ?? { replicas: [primary] }
      if (!replicas.includes(primary)) return refuse(`node ${primary} holds no replica of ${volume}`)
      volumes.set(volume, { volume, primary, epoch, replicas })
      return ACCEPTED
    },
    setReplicas: ({ volume, epoch, ...said }: Static<typeof VolumeReplicasSetSchema>): Outcome => {
      if (isGone(volume)) return refuse(`${volume} does not exist any more`)
      const known = volumes.get(volume)
      if (known === undefined) return refuse(`${volume} has no primary yet`)
      if (epoch !== known.epoch) return refuse(`${volume} is at epoch ${known.epoch}, not ${epoch}`)
      const replicas = setOf(said.replicas)
      if (isSame(replicas, known.replicas)) return ACCEPTED
      if (!isSame(setOf(said.replaces), known.replicas))
        return refuse(`${volume} is held by others than the decision replaces`)
      if (!replicas.includes(known.primary)) return refuse(`the primary of ${volume} must hold a replica`)
      const stranger = replicas.find((node) => !members.has(node))
      if (stranger !== undefined) return refuse(`node ${stranger} is not a member`)
      volumes.set(volume, { ...known, replicas })
      return ACCEPTED
    },
    restore: (rows: Iterable<VolumePlacement>): void => {
      volumes.clear()
      for (const row of rows) volumes.set(row.volume, row)
    },
  }
}
