/** How a machine finds a mesh and is admitted to it by a token, and how a member makes tokens and admits others. */
export { type AskInit, askToJoin } from './ask-to-join.ts'
export { discoveryKey, discoveryTag } from './discovery-keys.ts'
export { handleJoins, type JoinHandlerComponents, type JoinHandlerInit } from './handle-join.ts'
export { type JoinComponents, type JoinedMesh, type JoinInit, joinMesh } from './join-mesh.ts'
export {
  createOpenLan,
  type OpenLan,
  type OpenLanComponents,
  type OpenWindow,
  type WindowTerms,
} from './open-lan.ts'
export { checkSignature } from './token-checks.ts'
export { createTokenDesk, type NewToken, type TokenDesk, type TokenDeskComponents } from './token-desk.ts'
export type { Asking } from './waiting-room.ts'
