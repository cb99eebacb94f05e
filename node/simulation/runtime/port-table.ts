import { CoterieError } from '../../../protocols/errors/index.ts'
import { isHostPort, type PortSpec } from '../../../protocols/spec/index.ts'
import type { BoundPort } from '../../../protocols/tasks/index.ts'

/** Where Linux begins to give out ports by itself. */
const FREE_PORT_FIRST = 32_768
const FREE_PORT_LAST = 60_999

type Protocol = PortSpec['protocol']

/** Which ports of one machine are taken. */
export interface PortTable {
  /** All of them or none. @throws `portInUse` */
  bind(ports: readonly PortSpec[]): readonly BoundPort[]
  release(ports: readonly Pick<BoundPort, 'port' | 'protocol'>[]): void
}

export const createPortTable = (): PortTable => {
  const taken = new Set<string>()
  let lastFree = FREE_PORT_FIRST - 1
  const keyOf = (port: number, protocol: Protocol): string => `${port}/${protocol}`

  const findFree = (protocol: Protocol): number => {
    do {
      lastFree = lastFree === FREE_PORT_LAST ? FREE_PORT_FIRST : lastFree + 1
    } while (taken.has(keyOf(lastFree, protocol)))
    return lastFree
  }

  const release: PortTable['release'] = (ports) => {
    for (const { port, protocol } of ports) taken.delete(keyOf(port, protocol))
  }

  return {
    bind: (ports) => {
      const bound: BoundPort[] = []
      for (const spec of ports) {
        const { target, published, protocol } = spec
        // What the proxy of each node publishes leaves the task any port.
        const port = published !== null && isHostPort(spec) ? published : findFree(protocol)
        if (taken.has(keyOf(port, protocol))) {
          release(bound)
          throw new CoterieError('portInUse', { address: '0.0.0.0', port, owner: null })
        }
        taken.add(keyOf(port, protocol))
        bound.push({ target, host: '127.0.0.1', port, protocol })
      }
      return bound
    },
    release,
  }
}
