import { isCoterieError } from '../../protocols/errors/index.ts'
import type { GenerationComponents, Lost } from './types.ts'

/** From one attempt to the next: until there is a leader again. */
const RETRY_MS = 2_000

/**
 * Proposes again the admissions that only an older generation had: nobody listens to who is no member, so it could not ask
 * by itself. Nothing else is repeated: the lost ones may have removed those who go on.
 */
export const createAdmissions = (
  { decisions, clock, logger }: Pick<GenerationComponents, 'decisions' | 'clock' | 'logger'>,
  lost: () => Promise<Lost>,
) => {
  let isStopped = false
  let cancel: () => void = () => undefined

  const missing = async () => {
    const { nodes, removedNodes } = decisions.view
    const all = (await lost()).decisions.flatMap(({ decision }) =>
      decision?.type === 'nodeAdmitted' ? [decision] : [],
    )
    return all.filter(({ node }) => !nodes.has(node) && !removedNodes.has(node))
  }

  const repeat = async (): Promise<void> => {
    if (isStopped) return
    for (const decision of await missing()) {
      try {
        await decisions.decide(decision)
        logger.info({ node: decision.node }, 'a machine that an older generation admitted is admitted again')
      } catch (error) {
        if (isCoterieError(error, 'decisionRefused')) continue
        cancel = clock.after(RETRY_MS, begin)
        return
      }
    }
  }
  const begin = (): void => {
    repeat().catch((error: Error) => {
      // A store that was closed meanwhile is none of its business.
      if (isStopped) return
      logger.error(
        { error: error.message },
        'what an older generation had cannot be read, and is not repeated',
      )
    })
  }

  return {
    /** To be called when this node has the log of another generation. */
    repeat: begin,
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}
