/** A daemon whose settings stand in a file, and commands that find it there. */
import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Config, DaemonReady, NodeSummary } from '../../protocols/control/index.ts'
import { eventually } from '../support/eventually.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie, startCoterie } from './coterie.ts'

/** One that was free a moment ago: what is advertised has to be known before anything listens. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

describe('cli: a configured daemon', () => {
  let dir: string
  let remove: () => Promise<void>
  const children: ChildProcessWithoutNullStreams[] = []
  beforeEach(async () => {
    const scratch = await scratchDir()
    dir = scratch.path
    remove = scratch.remove
  })
  afterEach(async () => {
    const running = children.splice(0).filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null)
    await Promise.all(
      running.map((child) => {
        child.kill('SIGKILL')
        return once(child, 'exit')
      }),
    )
    await remove()
  })

  const configure = async (name: string, ...lines: string[]): Promise<string> => {
    const path = `${dir}/${name}.yaml`
    const shared = ['discovery: off', 'watchdog: external', 'docker-socket: /nonexistent', 'gateway-port: 0']
    await writeFile(path, [`node-name: ${name}`, `data-dir: ${name}`, ...shared, ...lines, ''].join('\n'), {
      mode: 0o600,
    })
    return path
  }

  const up = async (
    words: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<DaemonReady> => {
    const child = startCoterie(['up', '--json', '--log-level', 'error', ...words], env)
    children.push(child)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return JSON.parse(String((await lines.next()).value))
  }

  const entry = (config: Config, wanted: string) => config.settings.find(({ name }) => name === wanted)

  it('runs with the file below the environment below the flags, tells each source, and is found by its file', async () => {
    const path = await configure('kitchen', 'bind-interface: lo', 'listen: "0.0.0.0:0"', 'api-port: 1')
    const env = { COTERIE_CONFIG: path, COTERIE_API_PORT: '2', COTERIE_RECORDS_KEPT: '7' }
    const ready = await up(['--init', '--api-port', '0'], env)
    assert.equal(ready.node.name, 'kitchen')
    assert.equal(ready.socket, `${dir}/kitchen/run/coterie.sock`)
    assert.match(ready.addresses.join(), /^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)

    const { code, stdout } = await coterie(['config', '--json', '--config', path])
    assert.equal(code, 0)
    const config = JSON.parse(stdout) as Config & { running: boolean }
    assert.equal(config.running, true)
    assert.deepEqual(
      ['node-name', 'records-kept', 'api-port', 'role', 'data-dir'].map((name) => {
        const { value, source, setBy } = entry(config, name) ?? {}
        return [value, source, setBy]
      }),
      [
        ['kitchen', 'file', `${path}:1`],
        [7, 'environment', 'COTERIE_RECORDS_KEPT'],
        [0, 'flag', '--api-port'],
        ['full', 'default', null],
        [`${dir}/kitchen`, 'file', `${path}:2`],
      ],
    )
    assert.match((await coterie(['config', '--config', path])).stdout, /^node-name +kitchen +file .*:1$/m)
  })

  it('is reached at what it advertises, which is all that others are told', async () => {
    const port = await freePort()
    const first = await configure(
      'kitchen',
      `listen: ["127.0.0.1:${port}", "[::1]:${port}"]`,
      'api-port: 0',
      `discovery-port: ${port}`,
      'advertise: [localhost]',
    )
    const founder = await up(['--init'], { COTERIE_CONFIG: first })
    assert.deepEqual(founder.addresses, [`/dns/localhost/tcp/${port}`])

    await writeFile(`${dir}/token`, `${founder.token}\n`, { mode: 0o600 })
    const second = await configure(
      'attic',
      'listen: "127.0.0.1:0"',
      'api-port: 0',
      `at: ${founder.addresses[0]}`,
    )
    const joined = await up([], { COTERIE_CONFIG: second, COTERIE_AUTH_TOKEN_FILE: `${dir}/token` })
    assert.equal(joined.how, 'joined')
    await eventually('attic knows kitchen by its name alone', async () => {
      const { stdout } = await coterie(['node', 'ls', '--json', '--config', second])
      const { nodes } = JSON.parse(stdout) as { nodes: readonly NodeSummary[] }
      const kitchen = nodes.find(({ name }) => name === 'kitchen')
      return kitchen?.state === 'alive' && kitchen.addresses.join() === `/dns/localhost/tcp/${port}`
    })
  })

  it('does not start with a mistake in the file or a missing interface, and says where', async () => {
    const starting = async (path: string) => {
      const { code, stdout, stderr } = await coterie([
        'up',
        '--init',
        '--config',
        path,
        '--log-level',
        'error',
      ])
      assert.deepEqual([code, stdout], [1, ''])
      return stderr
    }
    assert.match(
      await starting(await configure('kitchen', 'api-port: 70000')),
      /^coterie: api-port from .*kitchen\.yaml:7:11 cannot be used: a port is a number from 0 to 65535\. .*\n$/,
    )
    assert.match(
      await starting(await configure('kitchen', 'bind-interface: [lo, wg9]')),
      /^coterie: there is no network interface wg9 with an address; those with one are lo.*\n$/m,
    )
    assert.match(
      await starting(`${dir}/none.yaml`),
      /^coterie: there is no configuration file .*--config names/,
    )
  })
})
