/** What the tasks of the mesh use, asked of every node at once. Counters are totals: whoever wants a rate looks twice. */
import {
  type TaskUsage,
  USAGES_MAX,
  usageAnswerCodec,
  usageRequestCodec,
} from '../../protocols/engine/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { UsageMeter } from '../ports/engine.ts'
import type { Requests } from '../ports/network.ts'

/** An engine answers for a hundred containers within this; who looks again and again has no use for more patience. */
const ANSWER_TIMEOUT_MS = 3_000

export interface UsageComponents {
  readonly self: NodeId
  readonly requests: Requests
  /** What runs tasks here. */
  readonly meters: readonly UsageMeter[]
  /** Nodes that have tasks and may answer. */
  nodes(): readonly NodeId[]
}

export interface MeshUsage {
  readonly tasks: readonly TaskUsage[]
  /** Nodes that did not tell. */
  readonly silent: readonly NodeId[]
}

export interface UsageService {
  look(): Promise<MeshUsage>
}

export const createUsage = ({ self, requests, meters, nodes }: UsageComponents): UsageService => {
  /** A machine whose engine does not answer tells of what else it runs, if that is anything. */
  const lookHere = async (): Promise<TaskUsage[]> => {
    const told = await Promise.allSettled(meters.map((meter) => meter.usage()))
    const found = told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const failed = told.find((one) => one.status === 'rejected')
    if (failed !== undefined && found.length === 0) throw failed.reason
    return found
  }

  requests.handleRequest(PROTOCOLS.usage, async (_, payload) => {
    usageRequestCodec.decode(payload)
    return usageAnswerCodec.encode({ tasks: (await lookHere()).slice(0, USAGES_MAX) })
  })
  const ask = async (node: NodeId): Promise<readonly TaskUsage[]> => {
    if (node === self) return lookHere()
    const options = { timeoutMs: ANSWER_TIMEOUT_MS }
    const answer = await requests.request(node, PROTOCOLS.usage, usageRequestCodec.encode({}), options)
    return usageAnswerCodec.decode(answer).tasks
  }
  return {
    look: async () => {
      const asked = nodes()
      const told = await Promise.allSettled(asked.map(ask))
      return {
        tasks: told.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
        silent: asked.filter((_, place) => told[place]?.status === 'rejected'),
      }
    },
  }
}
