/** Entry of the peers' thread. It ends when it is told to; nothing that a browser sends may end it. */
import { parentPort, workerData } from 'node:worker_threads'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { UpstreamAddress } from './headers.ts'
import { createPeers } from './peers.ts'
import type { FromThread, ThreadInit, ToThread } from './thread-messages.ts'
import { hostAddresses } from './werift-peer.ts'

const { addresses } = workerData as ThreadInit
const tell = (message: FromThread): void => parentPort?.postMessage(message)

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

const peers = createPeers(
  {
    openUpstream,
    onOpened: (session) => tell({ type: 'opened', session }),
    onClosed: (session, code) => tell({ type: 'closed', session, code }),
  },
  { addresses: () => addresses ?? hostAddresses() },
)

parentPort?.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'answer': {
      const { session, service, sdp } = message
      peers.answer(session, service, sdp).then(
        (answer) => tell({ type: 'answered', session, sdp: answer }),
        (error: Error) => tell({ type: 'failed', session, detail: error.message }),
      )
      return
    }
    case 'close':
      void peers.close(message.session)
      return
    case 'upstream':
      waiting.get(message.request)?.(message.address)
  }
})

// werift throws inside async listeners on packets that do not fit, such as an unknown payload protocol.
process.on('unhandledRejection', (reason) => tell({ type: 'fault', detail: String(reason) }))
process.on('uncaughtException', (error) => tell({ type: 'fault', detail: error.message }))
