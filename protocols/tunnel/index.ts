export { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from './frames.ts'
export type { Header, RequestHead, ResponseHead, StreamId } from './heads.ts'
export * from './limits.ts'
export { createTunnelState, stepTunnel } from './machine.ts'
export type {
  StreamState,
  TunnelEffects,
  TunnelEvent,
  TunnelNotice,
  TunnelRole,
  TunnelState,
  TunnelStep,
} from './types.ts'
