import assert from 'node:assert/strict'
import fc from 'fast-check'
import { changedFields, type ServiceSpec } from '../../../protocols/spec/index.ts'

const web: ServiceSpec = {
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: 'web:1',
  command: ['serve', '--title', 'My shop'],
  environment: { B: '2', A: '1' },
  ports: [
    { target: 80, published: 8080, protocol: 'tcp' },
    { target: 53, published: null, protocol: 'udp' },
  ],
  replicas: 2,
  restart: 'unless-stopped',
  process: null,
}

describe('spec: changed fields', () => {
  it('of a new service are all that it says', () => {
    assert.deepEqual(changedFields(null, web), [
      { field: 'image', from: null, to: 'web:1' },
      { field: 'command', from: null, to: '["serve","--title","My shop"]' },
      { field: 'ports', from: null, to: '8080:80/tcp 53/udp' },
      { field: 'replicas', from: null, to: '2' },
      { field: 'restart', from: null, to: 'unless-stopped' },
      { field: 'environment.A', from: null, to: '1' },
      { field: 'environment.B', from: null, to: '2' },
    ])
  })

  it('are those that differ, appear or vanish', () => {
    const after = { ...web, image: null, environment: { A: '', C: '3', B: '2' }, process: { command: ['x'] } }
    assert.deepEqual(changedFields(web, after), [
      { field: 'image', from: 'web:1', to: null },
      { field: 'process', from: null, to: '["x"]' },
      { field: 'environment.A', from: '1', to: '' },
      { field: 'environment.C', from: null, to: '3' },
    ])
  })

  it('are none where only the order of variables differs', () => {
    assert.deepEqual(changedFields(web, { ...web, environment: { A: '1', B: '2' } }), [])
  })

  it('are the same both ways, and none of a spec against itself', () => {
    const text = fc.string({ maxLength: 4 })
    const spec = fc.record({
      environment: fc.dictionary(fc.constantFrom('A', 'B', 'C'), text, { noNullPrototype: true }),
      command: fc.option(fc.array(text, { maxLength: 3 })),
      replicas: fc.nat({ max: 2 }),
    })
    fc.assert(
      fc.property(spec, spec, (a, b) => {
        const [one, other] = [
          { ...web, ...a },
          { ...web, ...b },
        ]
        assert.deepEqual(changedFields(one, one), [])
        const back = changedFields(other, one).map(({ field, from, to }) => ({ field, from: to, to: from }))
        const byField = (x: { field: string }, y: { field: string }) => (x.field < y.field ? -1 : 1)
        assert.deepEqual(changedFields(one, other).sort(byField), back.sort(byField))
      }),
    )
  })
})
