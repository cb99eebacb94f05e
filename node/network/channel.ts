import type { MessageCodec, ProtocolId } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Channel, Messages } from '../ports/network.ts'

export interface ChannelComponents {
  readonly messages: Messages
  readonly logger: Logger
}

/** A channel on a protocol of its own; what cannot be read is logged and goes no further. */
export const createChannel = <Message>(
  { messages, logger }: ChannelComponents,
  protocol: ProtocolId,
  codec: Pick<MessageCodec<Message>, 'encode' | 'decode'>,
): Channel<Message> => ({
  send: (to, message) => messages.send(to, protocol, codec.encode(message)),
  onMessage: (listener) =>
    messages.onMessage(protocol, (from, payload) => {
      let message: Message
      try {
        message = codec.decode(payload)
      } catch (error) {
        logger.warn({ error, peer: from, protocol }, 'a message was refused')
        return
      }
      listener(from, message)
    }),
})
