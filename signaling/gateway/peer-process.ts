/**
 * Entry of the peer process. It ends when the daemon lets go of it, also when the daemon was killed, and tells every
 * browser first, so that their pages look for another node at once. Nothing that a browser sends may end it.
 */
import { CoterieError } from '../../protocols/errors/index.ts'
import type { UpstreamAddress } from './headers.ts'
import { createPeers } from './peers.ts'
import type { FromPeerProcess, ToPeerProcess } from './process-messages.ts'
import { hostAddresses } from './werift-peer.ts'

/** Time for the last frames to leave. */
const FAREWELL_MS = 200

const tell = (message: FromPeerProcess): void => {
  if (process.connected) process.send?.(message)
}

const waiting = new Map<number, (address: UpstreamAddress | null) => void>()
let requests = 0

const openUpstream = async (service: string): Promise<UpstreamAddress> => {
  const request = ++requests
  const address = await new Promise<UpstreamAddress | null>((resolve) => {
    waiting.set(request, resolve)
    tell({ type: 'openUpstream', request, service })
  })
  waiting.delete(request)
  if (address === null) throw new CoterieError('serviceNotRunning', { service })
  return address
}

const peers = createPeers({
  openUpstream,
  onOpened: (session) => tell({ type: 'opened', session }),
  onClosed: (session, code) => tell({ type: 'closed', session, code }),
})

const answer = async ({
  session,
  service,
  sdp,
  addresses,
}: Extract<ToPeerProcess, { type: 'answer' }>): Promise<void> => {
  try {
    const answered = await peers.answer(session, service, sdp, addresses ?? hostAddresses())
    tell({ type: 'answered', session, sdp: answered })
  } catch (error) {
    tell({ type: 'failed', session, detail: (error as Error).message })
  }
}

process.on('message', (message: ToPeerProcess) => {
  switch (message.type) {
    case 'answer':
      void answer(message)
      break
    case 'close':
      peers.close(message.session)
      break
    case 'upstream':
      waiting.get(message.request)?.(message.address)
  }
})

process.on('disconnect', () => {
  peers.closeAll()
  setTimeout(() => process.exit(0), FAREWELL_MS)
})

// The daemon says when to end; a terminal's interrupt goes to all of its processes.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

// werift throws inside async listeners on packets that do not fit, such as an unknown payload protocol.
process.on('unhandledRejection', (reason) => tell({ type: 'fault', detail: String(reason) }))
process.on('uncaughtException', (error) => tell({ type: 'fault', detail: error.message }))
