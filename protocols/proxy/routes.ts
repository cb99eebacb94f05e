/** Which service answers which published port. The same revisions give the same table on every node. */
import { isHostPort, isIngressPort, type PortSpec, type ServiceSpec } from '../spec/index.ts'

export type PortProtocol = PortSpec['protocol']

/** A service with its accepted head. */
export interface Publishing {
  readonly object: string
  readonly spec: Pick<ServiceSpec, 'ports'>
  /** When its head was written, as it was accepted. */
  readonly hlc: { readonly wallMs: number; readonly counter: number }
}

/** A port that the proxy of every node answers. */
export interface Route {
  readonly object: string
  readonly published: number
  readonly protocol: PortProtocol
  /** The IP address at which it is answered; null for all of a node. */
  readonly address: string | null
}

/** A service that stands back: `by` publishes the port too, and was earlier. */
export interface Clash {
  readonly object: string
  readonly by: string
  readonly published: number
  readonly protocol: PortProtocol
}

export interface RoutingTable {
  /** By `tcp/8080`. */
  readonly routes: ReadonlyMap<string, Route>
  readonly clashes: readonly Clash[]
}

const keyOf = ({ protocol, published }: Pick<PortSpec, 'protocol' | 'published'>): string =>
  `${protocol}/${published}`

const byAge = (one: Publishing, other: Publishing): number =>
  one.hlc.wallMs - other.hlc.wallMs ||
  one.hlc.counter - other.hlc.counter ||
  (one.object < other.object ? -1 : 1)

/** Two services whose tasks listen by themselves may both have a port, on different nodes; any other two may not. */
export const routesOf = (services: Iterable<Publishing>): RoutingTable => {
  const holders = new Map<string, { readonly object: string; readonly isRouted: boolean }>()
  const routes = new Map<string, Route>()
  const clashes: Clash[] = []
  for (const { object, spec } of [...services].sort(byAge)) {
    for (const port of spec.ports) {
      const { published, protocol, address } = port
      if (published === null) continue
      const key = keyOf(port)
      const holder = holders.get(key)
      if (holder === undefined) holders.set(key, { object, isRouted: isIngressPort(port) })
      else if (holder.object !== object && (holder.isRouted || isIngressPort(port))) {
        clashes.push({ object, by: holder.object, published, protocol })
        continue
      }
      if (!isHostPort(port)) routes.set(key, { object, published, protocol, address: address ?? null })
    }
  }
  return { routes, clashes }
}
