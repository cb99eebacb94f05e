/** Each key of a service: the field that it becomes, and what is refused. */
import assert from 'node:assert/strict'
import { parseCompose } from '../../../cli/compose/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { specProblem } from '../../../protocols/spec/index.ts'

const VOLUMES = 'volumes: {data: {}, theirs: {external: true, name: old-data}}'
const parse = (line: string) =>
  parseCompose(`services:\n  web:\n    image: x\n    ${line}\n${VOLUMES}`, 'compose.yaml', 'shop')

const refusal = (text: string): string => {
  try {
    parseCompose(text, 'compose.yaml', 'shop')
  } catch (error) {
    if (isCoterieError(error) && 'where' in error.data)
      return `${error.data.where}: ${'detail' in error.data ? error.data.detail : ''}`
    throw error
  }
  return assert.fail('it was not refused')
}

const MOUNTS = [
  ['[data:/a]', { type: 'volume', source: 'data', target: '/a' }],
  ['["data:/a:ro,nocopy"]', { type: 'volume', source: 'data', target: '/a', readOnly: true, noCopy: true }],
  ['[theirs:/a]', { type: 'volume', source: 'old-data', target: '/a', external: true }],
  ['[/a]', { type: 'volume', source: null, target: '/a' }],
  [
    '["/srv:/a:ro,z,rslave"]',
    { type: 'bind', source: '/srv', target: '/a', readOnly: true, propagation: 'rslave', selinux: 'z' },
  ],
  [
    '[{type: tmpfs, target: /a, tmpfs: {size: 1m, mode: 0755}}]',
    { type: 'tmpfs', target: '/a', options: 'size=1048576,mode=755' },
  ],
] as const

const BECOMES = [
  ...MOUNTS.map(([text, mount]) => [`volumes: ${text}`, { mounts: [mount] }] as const),
  ['tmpfs: /run:mode=755', { mounts: [{ type: 'tmpfs', target: '/run', options: 'mode=755' }] }],
  ['entrypoint: []', { entrypoint: [] }],
  ['healthcheck: {disable: true}', { healthcheck: { test: ['NONE'] } }],
  [
    'healthcheck: {test: x, interval: 1m30s, timeout: 500ms, retries: 2, start_period: 0s}',
    { healthcheck: { test: ['CMD-SHELL', 'x'], intervalMs: 90_000, timeoutMs: 500, retries: 2 } },
  ],
  ['devices: ["/dev/a:/dev/b:r"]', { devices: [{ source: '/dev/a', target: '/dev/b', permissions: 'r' }] }],
  ['gpus: all', { gpus: { count: 'all' } }],
  [
    'gpus: [{device_ids: ["1", "3"], driver: nvidia, capabilities: [gpu, video]}]',
    { gpus: { count: 2, ids: ['1', '3'], driver: 'nvidia', capabilities: ['video'] } },
  ],
  [
    'deploy: {resources: {reservations: {devices: [{count: 1, capabilities: [gpu]}]}}}',
    { gpus: { count: 1 } },
  ],
  ['platform: linux/arm64/v8', { platform: 'linux/arm64/v8' }],
  ['pull_policy: always', { pull: 'always' }],
  ['pull_policy: missing', {}],
  ['scale: 3', { replicas: 3 }],
  ['deploy: {restart_policy: {condition: any}, labels: [a=b]}', { restart: 'always', labels: { a: 'b' } }],
  ['cap_add: [cap_chown]', { container: { capAdd: ['CHOWN'] } }],
  [
    'ulimits: {nproc: -1, nofile: {soft: 1, hard: 2}}',
    { container: { ulimits: { nproc: { soft: -1, hard: -1 }, nofile: { soft: 1, hard: 2 } } } },
  ],
  [
    'extra_hosts: ["a=::1", "a=10.0.0.1", "gate:host-gateway"]',
    {
      container: {
        hosts: [
          { name: 'a', address: '::1' },
          { name: 'a', address: '10.0.0.1' },
          { name: 'gate', address: 'host-gateway' },
        ],
      },
    },
  ],
  ['stop_signal: usr1', { container: { stopSignal: 'SIGUSR1' } }],
  ['stop_grace_period: 1h', { container: { stopGraceMs: 3_600_000 } }],
  ['tty: false', {}],
  ['shm_size: 1.5g', { container: { shmBytes: 1_610_612_736 } }],
  ['logging: {driver: local}', { container: { logging: { driver: 'local' } } }],
  [
    'x-coterie: {hardening: strict, network: host}',
    { container: { hardening: 'strict', host: ['network'] } },
  ],
] as const

const REFUSED = [
  ['build: .', /build: not honoured: images are not built here; build it, push it/],
  ['network_mode: host', /network_mode: not honoured: instead of host write x-coterie: \{network: host\}/],
  ['secrets: [a]', /secrets: not honoured: no secrets are kept .* by environment or env_file/],
  ['configs: [a]', /configs: not honoured: .*put it into the image/],
  ['volumes: [dta:/a]', /volumes\[0\]: there is no volume dta; did you mean data\?/],
  ['volumes: [other:/a]', /there is no volume other; name it under volumes: of the document/],
  ['volumes: [data:/a, /a]', /\/a is mounted twice/],
  ['volumes: [data:a]', /"data:a" is no volume/],
  ['volumes: [{type: npipe, target: /a}]', /volumes\[0\]\.type: one of volume, bind, tmpfs is expected/],
  [
    'volumes: [{type: volume, source: data, target: /a, volume: {subpath: b}}]',
    /subpath: not honoured: mount the whole volume/,
  ],
  [
    'volumes: [{type: bind, source: "/a:b", target: /a}]',
    /a path with a colon in it cannot be mounted: \/a:b/,
  ],
  ['healthcheck: {test: [curl, x]}', /the first word of a list is one of NONE, CMD, CMD-SHELL/],
  ['healthcheck: {interval: 5}', /healthcheck\.interval: a time .* is expected, such as 30s/],
  ['stop_grace_period: 2d', /a time up to a day is expected/],
  ['devices: [gpu0]', /a path of the node is expected/],
  ['cap_add: NET_ADMIN', /cap_add: a list is expected/],
  ['ulimits: {nofile: {soft: 1}}', /ulimits\.nofile: a number is expected, or soft: and hard:/],
  ['labels: [coterie.task=x]', /labels that begin with coterie\. are Coterie's own/],
  ['pid: "service:db"', /pid: host is expected; service:db is not honoured/],
  ['platform: Linux', /platform: /],
  ['pull_policy: build', /one of always, never, missing is expected/],
  ['x-coterie: {hardening: some}', /hardening: strict is expected/],
  ['deploy: {mode: replicated-job}', /deploy\.mode: one of replicated, global is expected/],
  ['deploy: {update_config: {max_failure_ratio: 2}}', /a share from 0 to 1 is expected/],
  ['deploy: {placement: {constraints: [node.labels.a]}}', /== or !=, and a value/],
  ['deploy: {placement: {constraints: ["node.hostnam == a"]}}', /did you mean node\.hostname\?/],
  ['scale: 2\n    deploy: {replicas: 3}', /scale: services\.web\.deploy\.replicas says something else/],
] as const

describe('compose: the keys of a service', () => {
  for (const [line, fields] of BECOMES)
    it(`reads ${line}`, () => {
      const { services, warnings } = parse(line)
      const [spec] = services
      assert.deepEqual(warnings, [])
      assert.deepEqual(spec, { ...parse('').services[0], ...fields })
      assert.equal(spec && specProblem(spec), null)
    })

  for (const [line, message] of REFUSED)
    it(`refuses ${line.replace('\n   ', ' and')}`, () =>
      assert.match(refusal(`services:\n  web:\n    image: x\n    ${line}\n${VOLUMES}`), message))

  it('names what it leaves out, and why', () => {
    const { warnings } = parse('container_name: web')
    assert.equal(
      warnings[0]?.detail,
      'is not honoured and was left out: a task is named by its project, service and slot; coterie ps lists them',
    )
  })

  it('says where a relative path of a bind leads', () => {
    const { services, warnings } = parse('volumes: [./a:/a]')
    assert.deepEqual(services[0]?.mounts, [{ type: 'bind', source: '/a', target: '/a' }])
    assert.match(warnings[0]?.detail ?? '', /^\.\/a is \/a of the node that runs the task/)
  })

  it('refuses volumes that only a driver knows', () => {
    const of = (text: string) => refusal(`services: {web: {image: x}}\nvolumes: {nas: ${text}}`)
    assert.match(of('{driver: nfs}'), /volumes\.nas\.driver: local is expected/)
    assert.match(of('{driver_opts: {type: nfs}}'), /driver_opts: not honoured: mount it on the nodes/)
  })
})
