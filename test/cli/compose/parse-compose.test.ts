import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { parseCompose, toLabel } from '../../../cli/compose/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { ServiceSpecSchema } from '../../../protocols/spec/index.ts'

const parse = (text: string) => parseCompose(text, 'compose.yaml', 'My Shop')
const only = (text: string) => {
  const { services, warnings } = parse(text)
  assert.equal(services.length, 1)
  return { spec: services[0] as (typeof services)[number], warnings }
}
const service = (...lines: string[]) =>
  `services:\n  web:\n    image: web:1\n${lines.map((line) => `    ${line}\n`).join('')}`

const refusal = (text: string) => {
  try {
    parse(text)
  } catch (error) {
    if (isCoterieError(error) && 'where' in error.data && 'line' in error.data) return error.data
    throw error
  }
  return assert.fail('it was not refused')
}

const fits = Compile(ServiceSpecSchema)

describe('compose: what is honoured', () => {
  it('keeps every variable, whatever its name means to an object', () => {
    const { environment } = only(service('environment: {__proto__: a, constructor: b}')).spec
    assert.deepEqual(Object.entries(environment), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('reads every honoured key of a whole file', () => {
    const { project, services, warnings } = parse(`
name: shop
x-anchors: &env {GREETING: hello}
services:
  web:
    image: web:1
    command: serve --title "My shop" 'a $$ b'
    environment:
      <<: *env
      PORT: 8080
    ports: ["8080:80", "53:53/udp", 9000]
    expose: ["80", 9090]
    deploy: {replicas: 3}
    restart: on-failure
    x-coterie: {process: {command: [node, server.js]}}
  db:
    image: db
    environment: [A=1, "B=x=y"]
`)
    assert.equal(project, 'shop')
    assert.deepEqual(warnings, [])
    assert.deepEqual(services[0], {
      kind: 'service',
      name: 'web',
      project: 'shop',
      image: 'web:1',
      command: ['serve', '--title', 'My shop', 'a $ b'],
      environment: { GREETING: 'hello', PORT: '8080' },
      ports: [
        { target: 80, published: 8080, protocol: 'tcp', mode: 'ingress' },
        { target: 53, published: 53, protocol: 'udp', mode: 'ingress' },
        { target: 9000, published: null, protocol: 'tcp' },
        { target: 9090, published: null, protocol: 'tcp' },
      ],
      replicas: 3,
      restart: 'on-failure',
      process: { command: ['node', 'server.js'] },
    })
    assert.deepEqual(services[1]?.environment, { A: '1', B: 'x=y' })
    for (const spec of services) assert.ok(fits.Check(spec))
  })

  it('reads ports in their long form', () => {
    const { spec } = only(service('ports:', '  - {target: 80, published: 8080, protocol: tcp}'))
    assert.deepEqual(spec.ports, [{ target: 80, published: 8080, protocol: 'tcp', mode: 'ingress' }])
  })

  it('reads where a port is listened on, and by whom', () => {
    const portOf = (text: string) => only(service(`ports: [${text}]`)).spec.ports[0]
    const port = { target: 80, published: 8080, protocol: 'tcp' }
    assert.deepEqual(portOf('"127.0.0.1:8080:80"'), { ...port, mode: 'ingress', address: '127.0.0.1' })
    assert.deepEqual(portOf('"[::1]:8080:80"'), { ...port, mode: 'ingress', address: '::1' })
    assert.deepEqual(portOf('"0.0.0.0:8080:80"'), { ...port, mode: 'ingress' })
    assert.deepEqual(portOf('{target: 80, published: 8080, mode: host}'), { ...port, mode: 'host' })
    assert.throws(() => portOf('{target: 80, published: 8080, mode: vip}'), /ingress or host is expected/)
    assert.throws(() => portOf('{target: 80, published: 8080, host_ip: shed}'), /"shed" is not an IP address/)
  })

  it('runs a service without an image as a process', () => {
    const { spec } = only('services: {web: {x-coterie: {process: {command: python3 -m http.server}}}}')
    assert.deepEqual(spec.process, { command: ['python3', '-m', 'http.server'] })
    assert.equal(spec.image, null)
  })

  it('runs a service exclusively where the file says so', () => {
    assert.equal(only(service('x-coterie: {exclusive: true}')).spec.exclusive, true)
    assert.equal('exclusive' in only(service('x-coterie: {exclusive: false}')).spec, false)
  })

  it('keeps a service running and single unless the file says otherwise', () => {
    const { spec } = only(service())
    assert.deepEqual([spec.restart, spec.replicas], ['unless-stopped', 1])
  })

  it('reads an unquoted restart: no, and names the project after the folder', () => {
    assert.equal(only(service('restart: no')).spec.restart, 'no')
    assert.equal(parse(service()).project, 'my-shop')
  })
})

describe('compose: what is not honoured', () => {
  it('names each key with line and column', () => {
    const { warnings } = only(service('volumes: [/data]', 'links: [db]', 'deploy:', '  endpoint_mode: vip'))
    assert.deepEqual(
      warnings.map(({ where, line, column }) => [where, line, column]),
      [
        ['services.web.links', 5, 5],
        ['services.web.deploy.endpoint_mode', 7, 7],
      ],
    )
  })

  it('says which key was probably meant', () => {
    assert.match(only(service('enviroment: {A: 1}')).warnings[0]?.detail ?? '', /did you mean environment\?/)
  })

  it('leaves extensions of others alone', () => assert.deepEqual(only(service('x-mine: 1')).warnings, []))
})

describe('compose: what is refused', () => {
  for (const [what, text, where, line] of [
    ['an empty file', '', 'services', 1],
    ['a list', '- a', 'services', 1],
    ['a file without services', 'name: shop\n', 'services', 1],
    ['broken YAML', 'services:\n  web: [\n', '', 3],
    ['a key twice', 'services:\n  web: {image: a}\n  web: {image: b}\n', '', 3],
    ['an alias of nothing', 'services:\n  web: *nothing\n', '', 2],
    ['a tab as indentation', 'services:\n\tweb: {}\n', '', 2],
    ['a service without an image', 'services:\n  web:\n    restart: always\n', 'services.web', 3],
    ['a build', 'services:\n  web:\n    build: .\n', 'services.web.build', 3],
    ['a name that is no label', 'services:\n  Web_1: {image: a}\n', 'services.Web_1', 2],
    ['a port that is none', service('ports: [http]'), 'services.web.ports[0]', 4],
    ['port 0', service('ports: ["0:80"]'), 'services.web.ports[0].published', 4],
    ['a range of ports', service('ports: ["8000-8010:80"]'), 'services.web.ports[0]', 4],
    ['half a replica', service('deploy: {replicas: 0.5}'), 'services.web.deploy.replicas', 4],
    ['minus one replica', service('deploy: {replicas: -1}'), 'services.web.deploy.replicas', 4],
    ['a policy that is none', service('restart: sometimes'), 'services.web.restart', 4],
    ['an open quote', service('command: echo "a'), 'services.web.command', 4],
    ['a variable that must be set', service(`command: echo \${HOME:?}`), 'services.web.command', 4],
    ['a published port twice', service('ports: ["80:80", "80:81"]'), 'services.web.ports[1]', 4],
    [
      'an exclusiveness that is neither true nor false',
      service('x-coterie: {exclusive: often}'),
      'services.web.x-coterie.exclusive',
      4,
    ],
    [
      'a process without a command',
      'services: {web: {x-coterie: {process: {}}}}',
      'services.web.x-coterie.process',
      1,
    ],
  ] as const) {
    it(`${what}, with its place`, () => {
      const found = refusal(text)
      assert.deepEqual([found.where, found.line], [where, line], found.detail)
    })
  }

  it('all problems at once, the first one told', () => {
    const found = refusal(service('restart: sometimes', 'ports: [http, x]'))
    assert.deepEqual([found.where, found.more], ['services.web.restart', 2])
  })

  it('what is longer than a spec holds, where it stands', () => {
    const { line, column, where } = refusal(service('environment:', `  LONG: ${'x'.repeat(32_769)}`))
    assert.deepEqual({ line, column, where }, { line: 5, column: 7, where: 'services.web.environment.LONG' })
    assert.equal(refusal('services: {web: {image: ""}}').where, 'services.web.image')
  })

  it('a document that aliases blow up', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefg'].map((key, at) => `${key}: &${key} [${Array(10).fill(`*${'abcdef'[at]}`)}]`).join('\n')}\nservices: {w: {image: x, command: *g}}\n`
    assert.ok(refusal(bomb).detail.length > 0)
  })

  it('any text at all, without another error', () => {
    const fragment = fc.constantFrom(
      'services:',
      '\n',
      '  ',
      'web',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '<<: ',
      'image',
      'ports',
      '"',
      "'",
      '- ',
      '8080',
      '\t',
      '#',
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
        try {
          for (const spec of parse(parts.join('')).services) assert.ok(fits.Check(spec))
        } catch (error) {
          assert.ok(isCoterieError(error, 'composeInvalid'), String(error))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('compose: project names', () => {
  it('are made from any folder', () => {
    assert.deepEqual(['My Shop', '--', 'a'.repeat(80), 'Ünï'].map(toLabel), [
      'my-shop',
      'project',
      'a'.repeat(63),
      'n',
    ])
  })
})
