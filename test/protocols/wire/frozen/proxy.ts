import { heldPortsCodec, tunnelOpeningCodec } from '../../../../protocols/proxy/index.ts'
import { type Kinds, kind } from './kind.ts'

export const PROXY: Kinds = [
  kind(tunnelOpeningCodec, {
    'of a tcp port': { task: 'shop.web.0.17', target: 80, protocol: 'tcp' },
    'of a udp port': { task: 'shop.dns.2.18', target: 53, protocol: 'udp' },
  }),
  kind(heldPortsCodec, {
    'ports that something else holds': {
      held: [{ published: 8080, protocol: 'tcp', problem: 'nginx (process 4711) holds it' }],
    },
    'no port is held': { held: [] },
  }),
]
