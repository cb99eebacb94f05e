export { decodeAnswer, encodeAnswer, encodeErrorAnswer } from './answer.ts'
export { BytesSchema } from './bytes.ts'
export { defineMessage, type MessageCodec } from './codec.ts'
export {
  createFrameDecoder,
  encodeFrame,
  type FrameDecoder,
} from './framing.ts'
export { intern } from './intern.ts'
export * from './limits.ts'
export { defineLongMessage, type LongMessageCodec } from './long-message.ts'
export {
  AddressesSchema,
  AddressSchema,
  NameSchema,
  type NodeId,
  NodeIdSchema,
} from './names.ts'
export { keyOfNode, nodeOfKey } from './node-key.ts'
export { PROTOCOLS, type ProtocolId } from './protocol-ids.ts'
export { atOnce, eachInSlices, type Slices } from './slices.ts'
