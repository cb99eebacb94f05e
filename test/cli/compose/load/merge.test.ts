import assert from 'node:assert/strict'
import fc from 'fast-check'
import { loaded, refusal, servicesOf, web } from './on-paper.ts'

/** The service `web` of files that are laid one over the other. */
const laid = (...texts: readonly (readonly string[])[]) => {
  const files = Object.fromEntries(texts.map((lines, at) => [`${at}.yaml`, web(...lines)]))
  return servicesOf(files, { files: Object.keys(files) }).web
}

describe('compose: several files', () => {
  for (const [what, base, over, expected] of [
    [
      'mappings entry by entry',
      ['a: 1', 'b: {c: 1, d: 1}'],
      ['b: {d: 2, e: 2}', 'f: 2'],
      { a: 1, b: { c: 1, d: 2, e: 2 }, f: 2 },
    ],
    ['lists one after the other', ['group_add: [a]'], ['group_add: [b]'], { group_add: ['a', 'b'] }],
    ['what is in both lists once', ['cap_add: [A, B]'], ['cap_add: [B, C]'], { cap_add: ['A', 'B', 'C'] }],
    ['commands as a whole', ['command: echo a b'], ['command: [echo]'], { command: ['echo'] }],
    ['entrypoints as a whole', ['entrypoint: [a]'], ['entrypoint: b c'], { entrypoint: ['b', 'c'] }],
    [
      'tests of health as a whole',
      ['healthcheck: {test: [CMD, a], retries: 3}'],
      ['healthcheck: {test: b}'],
      { healthcheck: { test: ['CMD-SHELL', 'b'], retries: 3 } },
    ],
    [
      'variables by name, in either form',
      ['environment: [A=1, B=1]'],
      ['environment: {B: 2, C: 3}'],
      { environment: { A: '1', B: 2, C: 3 } },
    ],
    [
      'labels by name, in either form',
      ['labels: {a: x}'],
      ['labels: ["a=y", b]'],
      { labels: { a: 'y', b: '' } },
    ],
    [
      'hosts by name, in either form',
      ['extra_hosts: ["a:1.1.1.1"]'],
      ['extra_hosts: {a: 2.2.2.2}'],
      { extra_hosts: { a: '2.2.2.2' } },
    ],
    [
      'ports by address, ports and protocol',
      ['ports: ["80:80", "81:81"]'],
      ['ports: [{target: 80, published: 80, mode: host}, "80:80/udp"]'],
      {
        ports: [
          { target: 80, published: 80, mode: 'host' },
          { target: 81, published: '81' },
          { target: 80, published: '80', protocol: 'udp' },
        ],
      },
    ],
    [
      'volumes by where they appear',
      ['volumes: ["a:/x:ro", "b:/y"]'],
      ['volumes: ["c:/x"]'],
      {
        volumes: [
          { type: 'volume', source: 'c', target: '/x' },
          { type: 'volume', source: 'b', target: '/y' },
        ],
      },
    ],
    [
      'networks by name, in either form',
      ['networks: [a]'],
      ['networks: {a: {aliases: [b]}}'],
      { networks: { a: { aliases: ['b'] } } },
    ],
    [
      'logging options of one driver',
      ['logging: {driver: local, options: {a: 1}}'],
      ['logging: {options: {b: 2}}'],
      { logging: { driver: 'local', options: { a: 1, b: 2 } } },
    ],
    [
      'logging as a whole where the driver is another',
      ['logging: {driver: local, options: {a: 1}}'],
      ['logging: {driver: syslog}'],
      { logging: { driver: 'syslog' } },
    ],
    [
      'nothing where the later one says nothing',
      ['image: a', 'environment: {A: 1}'],
      ['image:', 'environment:'],
      { image: 'a', environment: { A: 1 } },
    ],
    ['a label without a value over one with', ['labels: {a: x}'], ['labels: {a: }'], { labels: { a: null } }],
    [
      '!reset takes out',
      ['ports: ["80:80"]', 'environment: {A: 1, B: 1}'],
      ['ports: !reset []', 'environment: {A: !reset null}'],
      { environment: { B: 1 } },
    ],
    [
      '!override replaces',
      ['ports: ["80:80"]', 'environment: {A: 1}'],
      ['ports: !override ["81:81"]', 'environment: !override {B: 2}'],
      { ports: [{ target: 81, published: '81' }], environment: { B: 2 } },
    ],
    [
      '!override makes another kind',
      ['build: .'],
      ['build: !override {context: x}'],
      { build: { context: 'x' } },
    ],
  ] as const)
    it(`merge ${what}`, () => assert.deepEqual(laid(base, over), expected))

  it('take a whole service out by !reset, and leave none of the tags where there is nothing below', () => {
    const files = {
      'a.yaml': 'services: {web: {image: a, ports: !reset ["80"]}, db: {image: b}}\n',
      'b.yaml': 'services: {db: !reset null, new: {image: c, labels: {x: !reset null, y: !override z}}}\n',
    }
    assert.deepEqual(servicesOf(files, { files: ['a.yaml', 'b.yaml'] }), {
      web: { image: 'a' },
      new: { image: 'c', labels: { y: 'z' } },
    })
  })

  it('refuse two kinds of one key, with both places', () => {
    const files = { 'a.yaml': web('image: {a: b}'), 'b.yaml': web('image: b') }
    assert.deepEqual(refusal(files, { files: ['a.yaml', 'b.yaml'] }), {
      code: 'composeInvalid',
      message:
        'b.yaml:3:12: services.web.image: it is a value here and a mapping in a.yaml:3:12; write both alike, or put !override before this one',
    })
  })

  it('tell of each value where it stands in its own file', () => {
    const files = { 'a.yaml': web('image: a'), 'b.yaml': `services: {web: {image: "\${X?y}"}}` }
    assert.match(
      refusal(files, { files: ['a.yaml', 'b.yaml'] }).message,
      /^b\.yaml:1:25: services\.web\.image/,
    )
  })

  it('merge in any grouping, where nothing is tagged', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const pairs = fc.dictionary(name, fc.constantFrom('1', '2', '3'))
    const some = <Item>(item: fc.Arbitrary<Item>) => fc.uniqueArray(item, { maxLength: 3 })
    const service = fc.record(
      {
        image: name,
        command: some(name),
        environment: fc.oneof(
          pairs,
          some(name).map((names) => names.map((each) => `${each}=x`)),
        ),
        ports: some(fc.constantFrom('80', '80:80', '81:80', '80:80/udp', '127.0.0.1:80:80')),
        volumes: some(name).map((names) => names.map((each) => `${each}:/${each}`)),
        cap_add: some(name),
        devices: some(fc.constantFrom('/dev/a', '/dev/a:/dev/b')),
        healthcheck: fc.record({ test: name, retries: fc.nat(3) }, { requiredKeys: [] }),
        deploy: fc.record({ labels: pairs, replicas: fc.nat(3) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    )
    const file = fc
      .dictionary(name, service)
      .map((services) => JSON.stringify({ services }).replaceAll('$', '$$$$'))
    const merged = (...texts: readonly string[]): string => {
      const files = Object.fromEntries(texts.map((text, at) => [`${at}.yaml`, text]))
      return JSON.stringify(loaded(files, { files: Object.keys(files), projectName: 'p' }))
    }
    fc.assert(
      fc.property(file, file, file, (a, b, c) => {
        const all = merged(a, b, c)
        assert.equal(merged(merged(a, b), c), all)
        assert.equal(merged(a, merged(b, c)), all)
      }),
    )
  })
})
