import assert from 'node:assert/strict'
import { type Publishing, routesOf } from '../../../protocols/proxy/index.ts'
import type { PortSpec } from '../../../protocols/spec/index.ts'

const port = (published: number | null, more: Partial<PortSpec> = {}): PortSpec => ({
  target: 80,
  published,
  protocol: 'tcp',
  mode: 'ingress',
  ...more,
})

const service = (name: string, wallMs: number, ...ports: readonly PortSpec[]): Publishing => ({
  object: `service/shop/${name}`,
  spec: { ports: [...ports] },
  hlc: { wallMs, counter: 0 },
})

/** `tcp/80 web`, and `tcp/80 shop behind web` for who stands back. */
const told = (...services: readonly Publishing[]): string[] => {
  const { routes, clashes } = routesOf(services)
  const nameOf = (object: string) => object.replace('service/shop/', '')
  return [
    ...[...routes].map(([key, { object }]) => `${key} ${nameOf(object)}`),
    ...clashes.map(
      ({ protocol, published, object, by }) =>
        `${protocol}/${published} ${nameOf(object)} behind ${nameOf(by)}`,
    ),
  ]
}

describe('proxy: which service answers a published port', () => {
  it('is the one that publishes it, of each protocol by itself', () => {
    const both = service('dns', 1, port(53), port(53, { protocol: 'udp' }))
    assert.deepEqual(told(both, service('web', 2, port(80), port(null))), [
      'tcp/53 dns',
      'udp/53 dns',
      'tcp/80 web',
    ])
  })

  it('is none where the tasks listen by themselves, as in revisions that do not say', () => {
    const silent: PortSpec = { target: 80, published: 80, protocol: 'tcp' }
    assert.deepEqual(told(service('web', 1, port(80, { mode: 'host' })), service('old', 2, silent)), [])
  })

  it('is the earlier of two, whatever order they are told in, and of equals the first by name', () => {
    const [web, shop] = [service('web', 5, port(80)), service('shop', 7, port(80), port(81))]
    const expected = ['tcp/80 web', 'tcp/81 shop', 'tcp/80 shop behind web']
    assert.deepEqual(told(web, shop), expected)
    assert.deepEqual(told(shop, web), expected)
    assert.deepEqual(told(service('web', 5, port(80)), service('app', 5, port(80))), [
      'tcp/80 app',
      'tcp/80 web behind app',
    ])
  })

  it('is none beside tasks that listen there by themselves, and those stand back in turn', () => {
    const own = service('own', 1, port(80, { mode: 'host' }))
    assert.deepEqual(told(own, service('web', 2, port(80))), ['tcp/80 web behind own'])
    assert.deepEqual(told(service('web', 0, port(80)), own), ['tcp/80 web', 'tcp/80 own behind web'])
  })
})
