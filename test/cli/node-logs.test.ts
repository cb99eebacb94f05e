import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { NodeLogLine, NodeLogNote, NodeLogsQuery } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Fixture, OTHER, startControl } from '../node/control/fixture.ts'
import { NODE } from '../node/control/hand-made.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { readExposition } from '../support/exposition.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie, startCoterie } from './coterie.ts'

const line = (sequence: number, more: Partial<NodeLogLine> = {}): NodeLogLine => ({
  type: 'line',
  sequence,
  atMs: 1_700_000_000_000 + sequence,
  level: 'info',
  message: `line ${sequence}`,
  fields: {},
  ...more,
})

describe('cli: logs of a node', () => {
  let fixture: Fixture
  let asked: { node: string; query: NodeLogsQuery }[]
  let items: (NodeLogLine | NodeLogNote)[]
  before(async () => {
    fixture = await startControl({
      nodeLogs: {
        read: async function* (node, query) {
          asked.push({ node, query })
          yield* items
          if (node === OTHER)
            throw new CoterieError('nodeLogAbsent', { node: 'attic', detail: 'it is silent' })
        },
      },
    })
  })
  after(() => fixture.stop())
  beforeEach(() => {
    asked = []
    items = []
  })

  const ask = (...given: string[]) => coterie(['logs', ...given, '--socket', fixture.socketPath])
  const refused = async (given: readonly string[], words: RegExp) => {
    const { code, stdout, stderr } = await ask(...given)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, words)
    assert.match(stderr, /^coterie: [^\n]*\.\n$/, 'one line')
    assert.deepEqual(asked, [])
  }

  it('are one line each, with what a terminal would obey left out, and notes beside them', async () => {
    const fields = { part: 'network', node: NODE, peer: 'x\u001b[31m', error: { code: 'peerUnreachable' } }
    items = [line(1), { type: 'note', note: 'attic answers again' }, line(2, { level: 'warn', fields })]
    const { code, stdout, stderr } = await ask('--node', 'kitchen')
    assert.equal(code, 0)
    assert.equal(stderr, 'coterie: attic answers again.\n')
    assert.deepEqual(stdout.split('\n'), [
      '2023-11-14T22:13:20.001Z  info   line 1',
      '2023-11-14T22:13:20.002Z  warn   network: line 2  peer=x [31m  error={"code":"peerUnreachable"}',
      '',
    ])
    assert.deepEqual(asked, [{ node: NODE, query: { follow: false } }])
  })

  it('are one object a line with --json', async () => {
    items = [line(1, { fields: { part: 'network' } })]
    const { stdout } = await ask('--node', NODE, '--json')
    assert.deepEqual(JSON.parse(stdout), { node: 'kitchen', ...line(1, { fields: { part: 'network' } }) })
  })

  it('are asked for as they are wanted', async () => {
    const range = ['--since', '2026-11-22T07:00Z', '--until', '2026-11-22T08:00:30+01:00']
    await ask('--node', 'kitchen', '-n', '7', ...range, '--level', 'warn', '--grep', '(a+)+$')
    const begin = Date.now()
    await ask('--node', 'kitchen', '--since', '10m')
    const [first, second] = asked
    assert.deepEqual(first?.query, {
      ...{ follow: false, tail: 7, level: 'warn', grep: '(a+)+$' },
      sinceMs: Date.UTC(2026, 10, 22, 7),
      untilMs: Date.UTC(2026, 10, 22, 7, 0, 30),
    })
    assert.ok(Math.abs(begin - 600_000 - Number(second?.query.sinceMs)) < 60_000)
  })

  it('that nobody has are told so', async () => {
    const { code, stderr } = await ask('--node', 'attic')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^coterie: attic does not answer, and no member has a copy of its log: it is silent\. Look at/,
    )
  })

  it('of whoever is none, or in a way that has no meaning, are refused', async () => {
    await refused(['--node', 'kitchn'], /no member is called kitchn; the nearest is kitchen/)
    await refused([], /name a service or a task, or a member by --node/)
    await refused(['web', '--level', 'warn'], /--level goes with the daemon of a --node alone/)
    await refused(['--node', 'kitchen', '--level', 'loud'], /loud/)
    await refused(['--node', 'kitchen', '-f', '--until', '1h'], /-f has no end/)
    await refused(['--node', 'kitchen', '--since', 'yesterday'], /--since takes a duration/)
    await refused(['--node', 'kitchen', '--since', '2026-13-45'], /--since takes a duration/)
    await refused(['--node', 'kitchen', '--grep', ''], /--grep takes a text/)
    await refused(['--node', 'kitchen', '-n', '10001'], /--tail takes a whole number up to 10000/)
  })
})

describe('cli: logs of nodes of a mesh', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let shed: RunningDaemon
  before(async () => {
    const env = {
      COTERIE_LOG_EXPORT: 'mesh',
      COTERIE_METRICS_PORT: '0',
      COTERIE_DOCKER_SOCKET: '/nonexistent',
      COTERIE_DISCOVERY: 'off',
    }
    daemons = await createDaemons(undefined, env)
    ;[attic, cellar, shed] = (await daemons.mesh('attic', 'cellar', 'shed')) as [
      RunningDaemon,
      RunningDaemon,
      RunningDaemon,
    ]
  })
  after(() => daemons?.close())

  const logs = (at: RunningDaemon, ...more: string[]) => ['logs', '--socket', at.ready.socket, ...more]
  const copied = async (of: RunningDaemon, at: RunningDaemon) =>
    (await coterie(logs(at, '--node', of.name))).stdout

  it('come from any of them, also of themselves, by name or id', async () => {
    for (const node of [cellar.name, cellar.ready.node.id]) {
      const { code, stdout } = await coterie(logs(attic, '--node', node, '--grep', 'the daemon starts'))
      assert.equal(code, 0)
      assert.match(stdout, /^\S+ {2}info {3}the daemon starts {2}version=\S+ {2}pid=\d+\n$/)
    }
    assert.match((await coterie(logs(attic, '--node', 'attic'))).stdout, /the API is served/)
  })

  it('are shown as they come while the node is killed and comes back, and later tell what was before', async () => {
    const child = startCoterie(logs(attic, '--node', 'cellar', '-f', '--grep', 'the daemon starts'))
    let out = ''
    let notes = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      notes += chunk
    })
    try {
      await eventually('its start is seen', () => out.includes('the daemon starts'))
      await cellar.end('SIGKILL')
      await eventually('it is missed', () => notes.includes('cellar does not answer'))
      // Killed so soon, it may not have kept where the others are.
      const flags = ['--at', attic.ready.addresses[0] as string]
      cellar = await daemons.start({ name: 'cellar', flags })
      await eventually('its other start is seen', () => out.split('the daemon starts').length === 3, 60_000)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    const { stdout } = await coterie(logs(shed, '--node', 'cellar', '--grep', 'the daemon starts'))
    assert.equal(stdout.split('\n').length, 3)
  })

  it('are in the data directory, and their export in settings, findings and metrics', async () => {
    const { stdout } = await coterie(['config', '--socket', attic.ready.socket, '--json'])
    const found = JSON.parse(stdout).settings.find(({ name }: { name: string }) => name === 'log-export')
    assert.deepEqual(found, {
      ...{ name: 'log-export', value: 'mesh' },
      ...{ source: 'environment', setBy: 'COTERIE_LOG_EXPORT' },
    })
    const doctor = (await coterie(['doctor', '--socket', attic.ready.socket])).stdout
    assert.match(doctor, /good +logs +this machine +log lines go to two other members/)
    const metrics = await (await fetch(`http://127.0.0.1:${attic.ready.metricsPort}/metrics`)).text()
    const { types, values } = readExposition(metrics)
    assert.equal(types.coterie_log_lines_total, 'counter')
    assert.ok((values['coterie_log_lines_total{level="info"}'] ?? 0) > 5)
    assert.ok((values.coterie_log_export_sent_total ?? 0) > 5)
    assert.deepEqual([values.coterie_log_lines_unkept_total, values.coterie_log_export_dropped_total], [0, 0])
  })

  it('of one that is dead come from a copy, also where no majority is left', async () => {
    await eventually('the copy has its start', async () =>
      /the daemon starts/.test(await copied(cellar, attic)),
    )
    await eventually('all of its lines are sent', async () => {
      const { stdout } = await coterie(['doctor', '--socket', cellar.ready.socket, '--json'])
      return JSON.parse(stdout).findings.some(
        ({ id, result }: { id: string; result: string }) => id === 'logs' && result === 'good',
      )
    })
    await cellar.end('SIGKILL')
    await attic.end('SIGKILL')
    const { code, stdout, stderr } = await coterie(
      logs(shed, '--node', 'cellar', '--grep', 'the daemon starts'),
    )
    assert.match(stderr, /^coterie: cellar does not answer; this is the copy that shed keeps\.\n$/)
    assert.equal(code, 0)
    assert.equal(stdout.split('\n').length, 3)
  })
})

describe('cli: log lines of a daemon to a URL', function () {
  this.timeout(60_000)

  it('are posted once the server takes them, from the first on, and held back by nothing', async () => {
    const bodies: string[] = []
    let status = 500
    const server = createServer(async (request, response) => {
      const body = await text(request)
      if (status === 200) bodies.push(body)
      response.writeHead(status).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const daemons = await createDaemons()
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
      const flags = ['--log-export', url, '--docker-socket', '/nonexistent', '--discovery', 'off']
      const { ready } = await daemons.start({ name: 'attic', found: true, flags })
      const doctor = async () => (await coterie(['doctor', '--socket', ready.socket])).stdout
      await eventually('it is warned of', async () => {
        const told = await doctor()
        return /warning +logs .*it answered 500/.test(told) && told.includes('Look at the program')
      })
      status = 200
      await eventually('they arrive', () => bodies.join('').includes('the API is served'))
      const [first] = bodies.join('').split('\n')
      const { nodeName, mesh, msg } = JSON.parse(first as string)
      assert.deepEqual([nodeName, mesh, msg], ['attic', 'coterie', 'the daemon starts'])
      assert.match(await doctor(), /good +logs .*log lines go to http/)
    } finally {
      await daemons.close()
      server.closeAllConnections()
      server.close()
    }
  })

  it('are no reason to show a secret, or to send one that others could read', async () => {
    const scratch = await scratchDir()
    const refused = async (words: readonly string[], reason: RegExp) => {
      const { code, stdout, stderr } = await coterie(['up', '--init', '--data-dir', scratch.path, ...words])
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, reason)
      assert.doesNotMatch(stderr, /hunter2/)
    }
    try {
      await refused(
        ['--log-export', 'https://ada:hunter2@logs.example.org/'],
        /^coterie: log-export from --log-export cannot/,
      )
      const token = ['--log-export-token-file', '/nonexistent']
      await refused(
        ['--log-export', 'http://logs.example.org/', ...token],
        /sent by https:\/\/ alone, or to this machine/,
      )
      await refused(['--log-export', 'http://127.0.0.1.example.org/', ...token], /https:\/\/ alone/)
      await refused(token, /https:\/\/ alone/)
    } finally {
      await scratch.remove()
    }
  })
})
