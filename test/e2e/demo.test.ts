/** `coterie demo`, which is what `npm start` runs: the main job from end to end, and nothing left behind. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { docker } from '../support/engine.ts'
import { ensureNodeImage } from '../support/node-image.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

const CLI = fileURLToPath(new URL('../../cli/coterie.js', import.meta.url))

/** Runs the demo with its own temporary directory; `onLine` sees each line of standard output. */
const runDemo = async (
  tmp: string,
  flags: readonly string[],
  onLine: (line: string, stop: () => void) => void = () => {},
) => {
  const child = spawn(process.execPath, [CLI, 'demo', ...flags], {
    env: { ...process.env, TMPDIR: tmp },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
    for (const line of String(chunk).split('\n')) onLine(line, () => child.kill('SIGINT'))
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}

/** Processes of this machine whose arguments name the directory. */
const processesNaming = (path: string): string[] =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return commandLine(name).includes(path)
    } catch {
      return false
    }
  })

const commandLine = (pid: string): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8')

describe('the demo', function () {
  this.timeout(180_000)
  let scratch: Awaited<ReturnType<typeof scratchDir>>

  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(async () => {
    const left = { processes: processesNaming(scratch.path), files: readdirSync(scratch.path) }
    await scratch.remove()
    assert.deepEqual(left, { processes: [], files: [] })
  })

  it('prints one object and nothing else, with every stage measured', async () => {
    const { code, stdout, stderr } = await runDemo(scratch.path, ['--once', '--json'])
    assert.equal(code, 0, stderr)
    assert.equal(stdout.trim().split('\n').length, 1)
    const result = JSON.parse(stdout) as Record<string, unknown>
    const times = ['foundedMs', 'joinedMs', 'electedMs', 'deployedMs', 'failoverMs', 'gatewayMs']
    assert.deepEqual(
      Object.keys(result).sort(),
      ['bytesThroughGateway', ...times, 'leader', 'nodes', 'term'].sort(),
    )
    assert.equal(result.nodes, 3)
    assert.ok(['alpha', 'beta', 'gamma'].includes(result.leader as string))
    for (const name of [...times, 'term', 'bytesThroughGateway'])
      assert.ok((result[name] as number) > 0, name)
  })

  it('brings the killed machine back, shows links, and ends at Ctrl-C', async () => {
    const { code, stdout } = await runDemo(scratch.path, [], (line, stop) => {
      if (line.startsWith('Ctrl-C')) stop()
    })
    assert.equal(code, 0)
    assert.match(stdout, /is back/)
    assert.match(stdout, /http:\/\/web\.localhost:\d+\//)
    assert.match(stdout, /Stopping\.\n$/)
  })

  it('leaves nothing behind when it is interrupted in the middle', async () => {
    const { code } = await runDemo(scratch.path, [], (line, stop) => {
      if (line.includes('founded')) stop()
    })
    assert.equal(code, 0)
  })

  it('runs in Docker where the engine holds the image of the example', async function () {
    requires(this, 'docker')
    const image = await ensureNodeImage('node:24-alpine')
    try {
      const since = String(Math.floor(Date.now() / 1000))
      const before = await docker('ps', '--all', '--quiet')
      const { code, stdout, stderr } = await runDemo(scratch.path, ['--once', '--json'])
      assert.equal(code, 0, stderr)
      assert.ok((JSON.parse(stdout) as { bytesThroughGateway: number }).bytesThroughGateway > 0)
      const starts = ['--filter', 'event=start', '--filter', 'image=node:24-alpine', '--format', '{{.ID}}']
      const started = await docker(
        'events',
        '--since',
        since,
        '--until',
        String(Math.ceil(Date.now() / 1000)),
        ...starts,
      )
      assert.ok(started.split('\n').length >= 4, 'three replicas, and the lost one again')
      assert.equal(await docker('ps', '--all', '--quiet'), before)
    } finally {
      await image.remove()
    }
  })
})
