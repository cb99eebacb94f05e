import assert from 'node:assert/strict'
import { servicesOf, web } from './on-paper.ts'

const long = (...lines: readonly string[]) => servicesOf({ 'compose.yaml': web(...lines) }).web
const port = (target: number, more: object = {}) => ({ target, ...more })
const mount = (type: string, source: string, target: string, more: object = {}) => ({
  type,
  source,
  target,
  ...more,
})

describe('compose: long forms', () => {
  for (const [text, expected] of [
    ['"3000"', [port(3000)]],
    ['3000', [port(3000)]],
    ['"3000-3002"', [port(3000), port(3001), port(3002)]],
    ['"8000:80"', [port(80, { published: '8000' })]],
    ['"9090-9091:8080-8081"', [port(8080, { published: '9090' }), port(8081, { published: '9091' })]],
    ['"8000-9000:80"', [port(80, { published: '8000-9000' })]],
    ['"127.0.0.1:8001:8001"', [port(8001, { published: '8001', host_ip: '127.0.0.1' })]],
    ['"127.0.0.1::80"', [port(80, { host_ip: '127.0.0.1' })]],
    ['"::1:6000:6000"', [port(6000, { published: '6000', host_ip: '::1' })]],
    ['"[::1]:6001:6001"', [port(6001, { published: '6001', host_ip: '::1' })]],
    ['"6060:6060/UDP"', [port(6060, { published: '6060', protocol: 'udp' })]],
    ['{target: 80, mode: host}', [port(80, { mode: 'host' })]],
    ['"1-3:1-2"', ['1-3:1-2']],
    ['http', ['http']],
    ['"3-1"', ['3-1']],
    ['"1-65535"', ['1-65535']],
  ] as const)
    it(`the port ${text}`, () => assert.deepEqual(long(`ports: [${text}]`)?.ports, expected))

  for (const [text, expected] of [
    ['/data', { type: 'volume', target: '/data' }],
    ['db:/data', mount('volume', 'db', '/data')],
    ['db:/data:ro', mount('volume', 'db', '/data', { read_only: true })],
    ['db:/data:nocopy', mount('volume', 'db', '/data', { volume: { nocopy: true } })],
    ['./conf:/etc/x:ro,Z', mount('bind', './conf', '/etc/x', { read_only: true, bind: { selinux: 'Z' } })],
    ['../up:/x', mount('bind', '../up', '/x')],
    ['~/x:/x:cached', mount('bind', '~/x', '/x', { consistency: 'cached' })],
    [
      '/var/run/docker.sock:/var/run/docker.sock',
      mount('bind', '/var/run/docker.sock', '/var/run/docker.sock'),
    ],
    ['/mnt:/mnt:rw,rslave', mount('bind', '/mnt', '/mnt', { bind: { propagation: 'rslave' } })],
    ['a:b:c:d', 'a:b:c:d'],
    ['a:/b:odd', 'a:/b:odd'],
    ['data', 'data'],
  ] as const)
    it(`the volume ${text}`, () => assert.deepEqual(long(`volumes: ["${text}"]`)?.volumes, [expected]))

  for (const [line, expected] of [
    ['command: sh -c "a $$B"', { command: ['sh', '-c', 'a $$B'] }],
    ['command: [a, "b c"]', { command: ['a', 'b c'] }],
    ['command: ""', { command: [] }],
    ['command:', { command: null }],
    ['entrypoint: a b', { entrypoint: ['a', 'b'] }],
    ['environment: [A=1, B=x=y, C=]', { environment: { A: '1', B: 'x=y', C: '' } }],
    ['labels: [a.b=c, d]', { labels: { 'a.b': 'c', d: '' } }],
    ['annotations: [a=b]', { annotations: { a: 'b' } }],
    ['sysctls: [net.core.somaxconn=1024]', { sysctls: { 'net.core.somaxconn': '1024' } }],
    ['deploy: {labels: [a=b]}', { deploy: { labels: { a: 'b' } } }],
    [
      'extra_hosts: ["a=1.1.1.1", "b:::1", "c=[::1]", "a:2.2.2.2", "gw:host-gateway"]',
      { extra_hosts: { a: ['1.1.1.1', '2.2.2.2'], b: '::1', c: '::1', gw: 'host-gateway' } },
    ],
    [
      'healthcheck: {test: curl -f x || exit 1}',
      { healthcheck: { test: ['CMD-SHELL', 'curl -f x || exit 1'] } },
    ],
    ['healthcheck: {test: [NONE]}', { healthcheck: { test: ['NONE'] } }],
    [
      'ulimits: {nproc: 65535, nofile: {soft: 1, hard: 2}}',
      { ulimits: { nproc: { soft: 65535, hard: 65535 }, nofile: { soft: 1, hard: 2 } } },
    ],
    ['networks: [a, b]', { networks: { a: null, b: null } }],
    ['dns: 1.1.1.1', { dns: ['1.1.1.1'] }],
    ['tmpfs: /run', { tmpfs: ['/run'] }],
    ['secrets: [a, {source: b, target: c}]', { secrets: [{ source: 'a' }, { source: 'b', target: 'c' }] }],
    ['configs: [a]', { configs: [{ source: 'a' }] }],
    [
      'devices: ["/dev/ttyUSB0", "/dev/sda:/dev/xvda:r", "vendor.com/device=gpu"]',
      {
        devices: [
          { source: '/dev/ttyUSB0', target: '/dev/ttyUSB0', permissions: 'rwm' },
          { source: '/dev/sda', target: '/dev/xvda', permissions: 'r' },
          'vendor.com/device=gpu',
        ],
      },
    ],
    ['gpus: all', { gpus: [{ count: 'all' }] }],
    ['build: .', { build: { context: '.' } }],
    ['expose: ["80", 81/udp]', { expose: [port(80), port(81, { protocol: 'udp' })] }],
    ['x-coterie: {process: {command: a b}}', { 'x-coterie': { process: { command: ['a', 'b'] } } }],
  ] as const)
    it(line, () => assert.deepEqual(long(line), expected))

  it('keep numbers as they are written where a text is meant', () => {
    assert.deepEqual(long('environment: {VERSION: 1.10, MODE: 0755, PORT: 80, ON: true}')?.environment, {
      VERSION: '1.10',
      MODE: '0755',
      PORT: 80,
      ON: true,
    })
  })

  it('leave what has neither form to whoever reads the key', () => {
    const lines = [
      'ports: {a: b}',
      'environment: 3',
      'volumes: 3',
      'labels: [[a]]',
      'depends_on: [[a]]',
      'ulimits: [a]',
    ]
    assert.deepEqual(long(...lines), {
      ports: { a: 'b' },
      environment: 3,
      volumes: 3,
      labels: [['a']],
      depends_on: [['a']],
      ulimits: ['a'],
    })
  })
})
