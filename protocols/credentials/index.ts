/** How a machine proves that it may join: forms and rules. Keys and hashing are given in by the caller. */
export {
  CERTIFICATE_BYTES_MAX,
  CertificateRequestSchema,
  type Hello,
  HOSTS_MAX,
  helloCodec,
  IssuedSchema,
  type IssuerAnswer,
  issuedCodec,
  issuerAnswerCodec,
  type LeavesRequest,
  leavesRequestCodec,
  signingText,
} from './certificate-messages.ts'
export {
  type CertificateFacts,
  chainFault,
  claimsOf,
  domainOf,
  hostNameOf,
  type IdentityClaims,
  INTERMEDIATE_MS,
  identityUris,
  type JudgedChain,
  LEAF_MS,
  lifeOf,
  meshIdOf,
  ROOT_MS,
  renewAtMs,
  SKEW_MS,
} from './certificate-profile.ts'
export { isCidr, isInCidr } from './cidr.ts'
export { PACKET_KEY_TEXT, TAG_TEXT } from './discovery-keys.ts'
export { type JoinReply, type JoinRequest, joinReplyCodec, joinRequestCodec } from './join-messages.ts'
export {
  draftToken,
  type JoinToken,
  type JoinTokenTerms,
  parseToken,
  readToken,
  TOKEN_ADDRESS_LENGTH_MAX,
  TOKEN_ADDRESSES_MAX,
  TOKEN_BYTES_MAX,
  TOKEN_ID_BYTES,
  TOKEN_TEXT_LENGTH_MAX,
  tokenTermsCodec,
} from './join-token.ts'
