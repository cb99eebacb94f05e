import assert from 'node:assert/strict'
import fc from 'fast-check'
import { cycleIn } from '../../../../cli/compose/load/dependencies.ts'
import { refusal, servicesOf } from './on-paper.ts'

/** The example of the specification's chapter 15. */
const PROFILES = {
  'compose.yaml': `services:
  foo: {image: foo}
  bar: {image: bar, profiles: [test]}
  baz: {image: baz, depends_on: [bar], profiles: [test]}
  zot: {image: zot, depends_on: [bar], profiles: [debug]}
`,
}

describe('compose: profiles', () => {
  for (const [profiles, names] of [
    [[], ['foo']],
    [['test'], ['foo', 'bar', 'baz']],
    [
      ['test', 'debug'],
      ['foo', 'bar', 'baz', 'zot'],
    ],
    [['*'], ['foo', 'bar', 'baz', 'zot']],
  ] as const)
    it(`with ${profiles.join(' and ') || 'none'} active are ${names.join(', ')}`, () => {
      assert.deepEqual(Object.keys(servicesOf(PROFILES, { profiles })), names)
    })

  it('refuse a service that waits for one that stays away', () => {
    assert.deepEqual(refusal(PROFILES, { profiles: ['debug'] }), {
      code: 'composeProfileInactive',
      message: 'compose.yaml:5:34: services.zot.depends_on: bar is of the profile test, which is not active',
    })
  })

  it('refuse files of which every service stays away', () => {
    const none = 'services:\n  a: {image: a, profiles: [p]}\n  b: {image: b, profiles: q}\n'
    assert.deepEqual(refusal({ 'compose.yaml': none }), {
      code: 'composeProfileInactive',
      message: 'compose.yaml:2:3: services: none of the 2 is of a profile that is active',
    })
    assert.deepEqual(Object.keys(servicesOf({ 'compose.yaml': none }, { profiles: ['q'] })), ['b'])
  })

  it('come from COMPOSE_PROFILES where the command names none', () => {
    const environment = { COMPOSE_PROFILES: 'debug, test' }
    assert.equal(Object.keys(servicesOf(PROFILES, { environment })).length, 4)
    assert.equal(Object.keys(servicesOf({ ...PROFILES, '.env': 'COMPOSE_PROFILES=test' })).length, 3)
    assert.equal(Object.keys(servicesOf(PROFILES, { environment, profiles: ['test'] })).length, 3)
  })
})

describe('compose: depends_on', () => {
  it('goes without what need not be there', () => {
    const services =
      'services: {a: {image: a, depends_on: {b: {condition: service_healthy, required: false}}}}'
    assert.deepEqual(servicesOf({ 'compose.yaml': services }), { a: { image: 'a', depends_on: {} } })
  })

  for (const [what, services, code, message] of [
    [
      'a cycle, written out',
      '  a: {depends_on: [b]}\n  b: {depends_on: {c: {condition: service_healthy}}}\n  c: {depends_on: [a]}\n',
      'composeCycle',
      'compose.yaml:2:20: services.a.depends_on: it waits for itself: a -> b -> c -> a',
    ],
    [
      'a service that waits for itself',
      '  a: {depends_on: [a]}\n',
      'composeCycle',
      'compose.yaml:2:20: services.a.depends_on: it waits for itself: a -> a',
    ],
    [
      'a service that is not there',
      '  web: {depends_on: [reddis]}\n  redis: {image: a}\n',
      'composeInvalid',
      'compose.yaml:2:22: services.web.depends_on: there is no service reddis; did you mean redis?',
    ],
  ] as const)
    it(`refuses ${what}`, () =>
      assert.deepEqual(refusal({ 'compose.yaml': `services:\n${services}` }), { code, message }))

  it('finds a cycle where there is one, however long, and none elsewhere', () => {
    const chain = (length: number, last: readonly string[]) =>
      new Map(Array.from({ length }, (_, at) => [`${at}`, at === length - 1 ? last : [`${at + 1}`]] as const))
    assert.equal(cycleIn(chain(50_000, [])), null)
    assert.equal(cycleIn(chain(50_000, ['0']))?.length, 50_001)
    const graph = fc.dictionary(
      fc.constantFrom(...'abcdef'),
      fc.array(fc.constantFrom(...'abcdef'), { maxLength: 2 }),
    )
    fc.assert(
      fc.property(graph, (edges) => {
        const next = new Map(Object.entries(edges))
        const cycle = cycleIn(next)
        if (cycle === null) {
          // Without a cycle, taking away what waits for nothing takes everything away.
          const left = new Map(next)
          for (let before = -1; before !== left.size; ) {
            before = left.size
            for (const [name, names] of left) if (!names.some((each) => left.has(each))) left.delete(name)
          }
          assert.equal(left.size, 0)
        } else {
          assert.equal(cycle[0], cycle.at(-1))
          for (const [at, name] of cycle.slice(1).entries())
            assert.ok(next.get(cycle[at] as string)?.includes(name))
        }
      }),
    )
  })
})
