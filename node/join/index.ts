/** How a machine finds a mesh and is admitted to it, and how a member admits others. */
export { handleJoins, type JoinHandlerComponents, type JoinHandlerInit } from './handle-join.ts'
export { type JoinComponents, type JoinedMesh, type JoinInit, joinMesh } from './join-mesh.ts'
export { discoveryKey, discoveryTag, isProof, makeProof } from './proof.ts'
