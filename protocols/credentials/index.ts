/** How a machine proves that it may join: forms and rules. Keys and hashing are given in by the caller. */
export { type JoinReply, type JoinRequest, joinReplyCodec, joinRequestCodec } from './join-messages.ts'
export {
  formatSecret,
  PACKET_KEY_TEXT,
  parseSecret,
  proofText,
  SECRET_BYTES,
  TAG_TEXT,
} from './mesh-secret.ts'
