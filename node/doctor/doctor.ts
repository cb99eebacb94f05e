import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { examineNode } from './examine-node.ts'
import { ASK_MS_MAX, examinePair } from './examine-pair.ts'
import { serveLinks } from './links/serve.ts'
import type { Doctor, DoctorComponents } from './types.ts'

/** What a person waits for, and a client. */
const EXAMINE_MS_MAX = 25_000
const PAIR_MS_MAX = 2 * ASK_MS_MAX

export const createDoctor = (components: DoctorComponents): Doctor => {
  const { clock, connections } = components
  let isLooking = false
  return {
    serve: () => serveLinks(components),
    examine: async ({ pair }, signal) => {
      if (isLooking) throw new CoterieError('doctorBusy', { node: connections.self, retryMs: EXAMINE_MS_MAX })
      isLooking = true
      const late = new AbortController()
      const cancel = clock.after(pair === null ? EXAMINE_MS_MAX : PAIR_MS_MAX, () => late.abort())
      try {
        const either = AbortSignal.any([signal, late.signal])
        const findings = await (pair === null
          ? examineNode(components, either)
          : examinePair(components, pair, either))
        // Of a client that is gone nobody asks; a daemon that stops says so.
        if (isCoterieError(signal.reason)) throw signal.reason
        return { findings }
      } finally {
        cancel()
        isLooking = false
      }
    },
  }
}
