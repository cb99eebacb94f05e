import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { DaemonReady, NodeSummary } from '../../protocols/control/index.ts'
import { eventually } from '../support/eventually.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie, startCoterie } from './coterie.ts'

type Ready = DaemonReady & { readonly nextMachine: string | null }

describe('cli: up', () => {
  let dir: string
  let remove: () => Promise<void>
  const children: ChildProcessWithoutNullStreams[] = []
  beforeEach(async () => {
    const scratch = await scratchDir()
    dir = scratch.path
    remove = scratch.remove
  })
  afterEach(async () => {
    const running = children
      .splice(0)
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
    await Promise.all(
      running.map((child) => {
        child.kill('SIGKILL')
        return once(child, 'exit')
      }),
    )
    await remove()
  })

  const place = (name: string) => [
    ...['--data-dir', `${dir}/${name}`, '--node-name', name, '--discovery', 'off', '--log-level', 'error'],
    ...['--listen', '/ip4/127.0.0.1/tcp/0', '--api-port', '0', '--gateway-port', '0'],
  ]

  const up = (name: string, ...words: string[]) => start(['up', '--json', ...place(name), ...words])

  const start = (words: readonly string[], nodeOptions: readonly string[] = []) => {
    const child = startCoterie(words, {}, nodeOptions)
    children.push(child)
    return child
  }

  const readyOf = async (child: ChildProcessWithoutNullStreams): Promise<Ready> => {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return JSON.parse(String((await lines.next()).value))
  }

  const exitOf = async (child: ChildProcessWithoutNullStreams) => (await once(child, 'exit'))[0]

  it('founds with --init, names the line for the next machine, stops on SIGTERM and comes back', async () => {
    const first = up('kitchen', '--init', '--mesh-name', 'home')
    const ready = await readyOf(first)
    assert.equal(ready.how, 'founded')
    assert.equal(ready.mesh.name, 'home')
    assert.match(ready.token ?? '', /^coterie_[\w-]+$/)
    assert.equal(ready.nextMachine, `coterie up --token ${ready.token}`)
    first.kill('SIGTERM')
    assert.equal(await exitOf(first), 0)

    const again = await readyOf(up('kitchen'))
    assert.equal(again.how, 'restarted')
    assert.equal(again.node.id, ready.node.id)
    assert.equal(again.token, null)
    assert.match(again.notes.join(), /alone in its mesh: coterie token create prints the line/)
  })

  it('joins with the token from standard input, and hides one given by --token', async () => {
    const { token, node } = await readyOf(up('kitchen', '--init'))
    const second = up('attic', '--token-file', '-')
    second.stdin.end(`${token}\n`)
    assert.equal((await readyOf(second)).how, 'joined')

    const third = up('cellar', '--token', token as string, '--role', 'edge')
    assert.equal((await readyOf(third)).how, 'joined')
    assert.ok(!(await readFile(`/proc/${third.pid}/cmdline`, 'utf8')).includes(token as string))

    await eventually('the first node lists all three as alive', async () => {
      const { stdout } = await coterie(['node', 'ls', '--json', '--data-dir', `${dir}/kitchen`])
      const nodes: readonly NodeSummary[] = JSON.parse(stdout).nodes
      const alive = nodes.filter(({ state }) => state === 'alive')
      const edges = nodes.filter(({ edge }) => edge).map(({ name }) => name)
      return alive.length === 3 && alive.some(({ id }) => id === node.id) && edges.join() === 'cellar'
    })
  })

  it('says of an edge node that another role takes more than a word', async () => {
    const { token } = await readyOf(up('kitchen', '--init'))
    const joining = up('attic', '--role', 'edge', '--token-file', '-')
    joining.stdin.end(`${token}\n`)
    assert.doesNotMatch((await readyOf(joining)).notes.join(), /as it joined/)
    joining.kill('SIGTERM')
    assert.equal(await exitOf(joining), 0)
    const { notes } = await readyOf(up('attic', '--role', 'full'))
    assert.match(notes.join(), /an edge node, as it joined: --role full changes nothing/)
    assert.match((await coterie(['status', '--data-dir', `${dir}/attic`])).stdout, /^role +\w+, edge$/m)
  })

  it('founds no mesh with an edge node', async () => {
    const { code, stderr } = await coterie(['up', ...place('attic'), '--init', '--role', 'edge'])
    assert.equal(code, 1)
    assert.match(stderr, /^coterie: [^\n]*--role[^\n]*the first node of a mesh is a full one[^\n]*\n$/)
  })

  it('tells a stranger without a token what to type', async () => {
    const { code, stdout, stderr } = await coterie(['up', ...place('attic')])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^coterie: this machine belongs to no mesh yet[^\n]*coterie up --init[^\n]*\n$/)
  })

  it('logs an error that nobody expected in one line, ends in order and with exit code 1', async () => {
    const bug = `process.on('SIGUSR2', () => Promise.reject(new Error('a bug')))`
    const child = start(
      ['up', '--json', ...place('kitchen'), '--init'],
      ['--import', `data:text/javascript,${encodeURIComponent(bug)}`],
    )
    await readyOf(child)
    const log = text(child.stderr)
    child.kill('SIGUSR2')
    assert.equal(await exitOf(child), 1)
    const [line, ...more] = (await log).trimEnd().split('\n')
    assert.deepEqual(more, [])
    assert.match(JSON.parse(line as string).stack, /^Error: a bug\n +at /)
    assert.equal((await readyOf(up('kitchen'))).how, 'restarted')
  })

  it('goes on when whoever read its output has gone', async () => {
    const child = up('kitchen', '--init')
    await readyOf(child)
    child.stdout.destroy()
    const { code } = await coterie(['status', '--data-dir', `${dir}/kitchen`])
    assert.equal(code, 0)
  })
})
