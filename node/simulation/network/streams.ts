import { CoterieError } from '../../../protocols/errors/index.ts'
import type { NodeId, ProtocolId } from '../../../protocols/wire/index.ts'
import { withDeadline } from '../../network/deadline.ts'
import type { FrameStream, Streams } from '../../ports/network.ts'
import type { Contact } from './contacts.ts'
import type { NetworkLifeInit, World } from './world.ts'

/** Frames that may be on their way, or lie unread at the other end. */
const WINDOW_FRAMES = 4

type Handler = (stream: FrameStream) => Promise<void>

export interface SimulatedStreams extends Streams {
  /** Another node opened a stream here; null where nobody handles such streams. */
  accept(protocol: ProtocolId): Handler | null
}

/** One end: what came and was not read, and what waits at it. */
interface End {
  readonly life: NetworkLifeInit
  readonly inbox: Uint8Array[]
  /** Frames sent from here that the other end has not read. */
  unread: number
  isFinished: boolean
  isBroken: boolean
  wakeReader: (() => void) | null
  wakeWriter: (() => void) | null
}

const createEnd = (life: NetworkLifeInit): End => ({
  life,
  inbox: [],
  unread: 0,
  isFinished: false,
  isBroken: false,
  wakeReader: null,
  wakeWriter: null,
})

const wake = (end: End): void =>
  end.life.gate.enter(() => {
    end.wakeReader?.()
    end.wakeWriter?.()
  })

const breakEnd = (end: End): void => {
  end.isBroken = true
  wake(end)
}

const createStream = (world: World, contact: Contact, here: End, there: End): FrameStream => {
  const peer = there.life.self
  const isOver = (): boolean => !contact.isOpen
  const broken = () => new CoterieError('peerUnreachable', { peer, detail: 'the stream broke off' })
  /** In its order: each waits for the one before. */
  let queue: (() => void)[] = []

  const carryNext = (): void => {
    const deliver = queue[0]
    if (deliver === undefined) return
    world.links.carry(here.life.self, peer, isOver, () => {
      queue.shift()
      deliver()
      carryNext()
    })
  }
  const carry = (deliver: () => void): void => {
    queue.push(deliver)
    if (queue.length === 1) carryNext()
  }

  return {
    peer,
    read: async () => {
      while (here.inbox.length === 0 && !here.isBroken && !here.isFinished)
        await new Promise<void>((resolve) => {
          here.wakeReader = resolve
        })
      const frame = here.inbox.shift()
      if (frame !== undefined) {
        there.unread -= 1
        if (there.wakeWriter !== null) world.links.carry(here.life.self, peer, isOver, () => wake(there))
        return frame
      }
      if (here.isFinished && !here.isBroken) return null
      throw broken()
    },
    write: async (frame) => {
      if (here.isBroken) throw broken()
      here.unread += 1
      carry(() => {
        there.inbox.push(frame)
        wake(there)
      })
      while (here.unread > WINDOW_FRAMES) {
        await new Promise<void>((resolve) => {
          here.wakeWriter = resolve
        })
        here.wakeWriter = null
        if (here.isBroken) throw broken()
      }
    },
    close: async () => {
      carry(() => {
        there.isFinished = true
        wake(there)
      })
    },
    abort: () => {
      if (here.isBroken) return
      queue = []
      breakEnd(here)
      world.links.carry(here.life.self, peer, isOver, () => breakEnd(there))
    },
  }
}

/** Streams of frames over a contact; they break with it. */
export const createStreams = (world: World, life: NetworkLifeInit): SimulatedStreams => {
  const handlers = new Map<ProtocolId, Handler>()

  const open = (to: NodeId, protocol: ProtocolId): Promise<FrameStream> =>
    new Promise((resolve, reject) => {
      const contact = world.contacts.of(life.self, to)
      const other = world.lifeOf(to)
      if (contact === null || other === null) {
        reject(new Error('it is not connected'))
        return
      }
      const [here, there] = [createEnd(life), createEnd(other)]
      contact.onBroken(() => {
        breakEnd(here)
        breakEnd(there)
      })
      world.links.carry(
        life.self,
        to,
        () => !contact.isOpen,
        () =>
          other.gate.enter(() => {
            const handler = other.streams.accept(protocol)
            const accepted = createStream(world, contact, there, here)
            if (handler === null) accepted.abort()
            else void serve(handler, accepted, other)
          }),
      )
      // As libp2p does: what is written before the other side has agreed to the protocol waits on the way.
      resolve(createStream(world, contact, here, there))
    })

  const serve = async (handler: Handler, stream: FrameStream, other: NetworkLifeInit): Promise<void> => {
    try {
      await handler(stream)
      await stream.close()
    } catch (error) {
      other.logger.debug({ error, peer: stream.peer }, 'a stream broke off')
      stream.abort()
    }
  }

  return {
    openStream: (to, protocol, options) =>
      withDeadline(life.clock, { peer: to, protocol }, options, () => open(to, protocol)),
    handleStream: (protocol, handler) => void handlers.set(protocol, handler),
    accept: (protocol) => handlers.get(protocol) ?? null,
  }
}
