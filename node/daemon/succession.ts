/** What a rotation leaves to do (docs/design/rotation.md): to the successor, or to the node that was not replaced after all. */
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { nodeIdOf } from '../network/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { begunSuccessor, discardSuccessor, forgetReplaced } from '../storage/index.ts'
import { createRounds } from '../turns/index.ts'
import type { Replaced } from './mesh-file.ts'
import type { MeshKeeper } from './mesh-keeper.ts'

/** Where there is no majority now. */
const RETRY_MS = 2_000

export interface SuccessionComponents {
  readonly clock: Clock
  readonly logger: Logger
  readonly decisions: {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  readonly keeper: Pick<MeshKeeper, 'noteReplaced'>
  /** Where this node may be dialled. */
  addresses(): readonly string[]
  /** Lets the intermediate of the node before count no more, once all have others. */
  retire(intermediate: Uint8Array): Promise<void>
}

export interface SuccessionInit {
  readonly self: NodeId
  readonly dataDir: string
  /** Of whom this node took the place, as far as that is not done; null of any other node. */
  readonly replaced: Replaced | null
}

export interface Succession extends Service {
  /** Why no other rotation can begin; null where nothing is left of one. @throws `identityUnreadable` */
  hindrance(): Promise<string | null>
  /** Lets this node be what it was before a rotation that failed, now or as soon as there is a majority. Throws nothing. */
  takeBack(): Promise<void>
}

export const createSuccession = (
  { clock, logger, decisions, keeper, addresses, retire }: SuccessionComponents,
  { self, dataDir, replaced }: SuccessionInit,
): Succession => {
  const { view, decide } = decisions
  let isDone = replaced === null
  let endLog = (): void => {}

  const undo = async (): Promise<void> => {
    const begun = await begunSuccessor(dataDir)
    if (begun === null) return
    // Until the log is followed to here nobody knows what there is to take back.
    if (!view.nodes.has(self)) return rounds.wake(RETRY_MS)
    await remove(nodeIdOf(begun.privateKey))
    // By now it is followed to that very entry.
    if (view.nodes.get(self)?.draining === true)
      await decide({ type: 'nodeDrained', node: self, draining: false })
    await discardSuccessor(dataDir)
    logger.warn({}, 'a rotation of this key was cut off and is taken back: this node is what it was')
  }

  const remove = (node: NodeId): Promise<unknown> =>
    decide({ type: 'nodeRemoved', node, atMs: clock.wallMs() }).catch((error: unknown) => {
      // It was never admitted.
      if (!isCoterieError(error, 'decisionRefused')) throw error
    })

  const complete = async ({ node, name, intermediate }: Replaced): Promise<void> => {
    if (!view.nodes.has(self)) return
    if (view.nodes.has(node)) await remove(node)
    const isFree = [...view.nodes.values()].every((other) => other.name !== name)
    if (isFree)
      await decide({
        type: 'nodeAdmitted',
        node: self,
        name,
        addresses: [...addresses()],
        atMs: clock.wallMs(),
      })
    await forgetReplaced(dataDir)
    if (intermediate !== undefined) await retire(Buffer.from(intermediate, 'base64'))
    await keeper.noteReplaced()
    isDone = true
    logger.info({ replaced: node }, 'this node has taken the place of the one with the old key')
  }

  const rounds = createRounds(
    clock,
    async () => {
      await undo()
      if (!isDone) await complete(replaced as Replaced)
    },
    (error) => {
      logger.warn({ error: String(error) }, 'what a rotation of the key left to do is not done yet')
      rounds.wake(RETRY_MS)
    },
  )

  return {
    hindrance: async () => {
      if (!isDone) return 'its last new key has not taken the place of the old one everywhere yet'
      return (await begunSuccessor(dataDir)) === null
        ? null
        : 'one that was cut off is still being taken back'
    },
    takeBack: () =>
      undo().catch((error: unknown) => {
        logger.warn({ error: String(error) }, 'a rotation of this key could not be taken back yet')
        rounds.wake(RETRY_MS)
      }),
    start: async () => {
      rounds.start()
      rounds.wake(0)
      endLog = decisions.onBatch(() => {
        if (!isDone) rounds.wake(0)
      })
    },
    stop: async () => {
      endLog()
      rounds.stop()
    },
  }
}
