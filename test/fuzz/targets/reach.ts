import { targetsOf } from '../../../node/network/dial-back.ts'
import { ADDRESSES_PER_NODE_MAX } from '../../../node/network/limits.ts'
import { dialBackAnswerCodec, dialBackRequestCodec } from '../../../protocols/reach/index.ts'
import { NODES } from '../authors.ts'
import { messageTarget } from '../frames.ts'
import { breach, unbroken } from '../target.ts'

/** Whatever a member asks to be dialled at, a few addresses are, each of them with its key. */
export const dialBackRequestTarget = messageTarget({
  name: 'dial-back-request',
  codec: dialBackRequestCodec,
  use: ({ addresses }) => {
    const self = NODES[0] as string
    const targets = unbroken('dialling back', () => targetsOf(self, addresses))
    if (targets.length > ADDRESSES_PER_NODE_MAX) breach(`${targets.length} addresses are dialled`)
    if (!targets.every((target) => target.toString().endsWith(`/p2p/${self}`))) breach('anybody may answer')
  },
})

export const dialBackAnswerTarget = messageTarget({ name: 'dial-back-answer', codec: dialBackAnswerCodec })
