/** What nodes agree on about published ports: who answers them, and how a connection travels to another node. */
export { CHOICE, type Choosable, choose } from './choose.ts'
export {
  createDatagramDecoder,
  DATAGRAM_BYTES_MAX,
  type DatagramDecoder,
  encodeDatagram,
} from './datagrams.ts'
export { type HeldPorts, heldPortsCodec, heldPortsRegister } from './held-ports.ts'
export { type TunnelOpening, tunnelOpeningCodec } from './opening.ts'
export {
  type Clash,
  type PortProtocol,
  type Publishing,
  type Route,
  type RoutingTable,
  routesOf,
} from './routes.ts'
