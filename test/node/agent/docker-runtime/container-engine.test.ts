/** Into containers, and what the engine tells of them, on a real engine; some of them made by hand. */
import assert from 'node:assert/strict'
import type { DockerRuntime } from '../../../../node/agent/docker-runtime/index.ts'
import type { Exec } from '../../../../node/ports/engine.ts'
import type { ExecStart } from '../../../../protocols/engine/index.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import { docker } from '../../../support/engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { requires } from '../../../support/requirements.ts'
import { allLines, createDockerGround, type DockerGround, NODE_A, serviceOf, startOf } from '../grounds.ts'

const NEVER = new AbortController().signal
const TASK = 'shop.web.0.7'
const NAME = `coterie-${NODE_A.slice(-8)}-${TASK}`
const PLAIN: ExecStart = {
  command: ['sh'],
  terminal: null,
  input: false,
  user: null,
  directory: null,
  environment: [],
}

describe('docker runtime: inside its containers', () => {
  let ground: DockerGround
  let runtime: DockerRuntime

  before(function () {
    requires(this, 'docker')
  })
  beforeEach(async () => {
    ground = await createDockerGround()
    runtime = ground.runtime()
  })
  afterEach(() => ground?.remove())

  const begin = () => runtime.start(startOf(serviceOf(['sleep', '1000'], { image: ground.image })), NEVER)
  const sh = (script: string, more: Partial<ExecStart> = {}) =>
    runtime.exec(TASK, { ...PLAIN, command: ['sh', '-c', script], ...more })
  const textOf = async (exec: Exec, stream: 'stdout' | 'stderr' = 'stdout') => {
    const found: Uint8Array[] = []
    for await (const piece of exec.output()) if (piece.stream === stream) found.push(piece.bytes)
    return Buffer.concat(found).toString('utf8')
  }

  it('runs a command with input, output, surroundings and an exit code of its own', async () => {
    await begin()
    const more = { input: true, directory: '/tmp', environment: ['GREETING=good day'] }
    const exec = await sh('read name; echo "$GREETING $name in $PWD"; echo wrong >&2; exit 3', more)
    await exec.write(Buffer.from('ada\n'))
    exec.endInput()
    assert.equal(await textOf(exec), 'good day ada in /tmp\n')
    assert.equal(await exec.exitCode(), 3)
    assert.equal(await textOf(await sh('echo wrong >&2'), 'stderr'), 'wrong\n')
    const much = await sh('seq 50000')
    assert.equal((await textOf(much)).split('\n').length, 50_001)
  })

  it('gives it a terminal of a size that changes', async () => {
    await begin()
    const exec = await sh('read one; busybox stty size; read two; busybox stty size', {
      input: true,
      terminal: { columns: 91, rows: 33 },
    })
    const text = textOf(exec)
    await exec.write(Buffer.from('a\n'))
    await exec.resize({ columns: 120, rows: 40 })
    await exec.write(Buffer.from('b\n'))
    assert.match(await text, /(33 91|40 120)[\s\S]*40 120/)
    assert.equal(await exec.exitCode(), 0)
  })

  it('ends a command that nobody wants any more, whatever it ignores', async () => {
    await begin()
    for (const terminal of [null, { columns: 80, rows: 24 }]) {
      const exec = await sh("trap '' HUP INT TERM; echo on; while :; do sleep 0.1; done", { terminal })
      for await (const _ of exec.output()) break
      await exec.close()
      await eventually('it is gone', async () => (await exec.exitCode()) !== null)
    }
  })

  it('says what a command cannot be, and of which task', async () => {
    await begin()
    await assert.rejects(runtime.exec('shop.none.0.1', PLAIN), (error) =>
      isCoterieError(error, 'taskUnknown'),
    )
    const exec = await runtime.exec(TASK, { ...PLAIN, command: ['no-such-program'] }).catch((error) => {
      assert.ok(isCoterieError(error, 'execFailed'))
      return null
    })
    if (exec !== null) {
      await textOf(exec)
      assert.ok([126, 127].includes((await exec.exitCode()) ?? 0))
    }
    await runtime.stop(TASK, 0)
    await assert.rejects(sh('true'), (error) => isCoterieError(error, 'execFailed'))
  })

  it('counts what its tasks use', async () => {
    const limit = { memoryMb: 64, pids: 30 }
    const spec = serviceOf(['sh', '-c', 'while :; do :; done'], { image: ground.image, resources: { limit } })
    await runtime.start(startOf(spec, TASK), NEVER)
    const looks = await eventually('it has used the processor', async () => {
      const [usage] = await runtime.usage()
      return (usage?.cpuUs ?? 0) > 10_000 ? await runtime.usage() : null
    })
    assert.equal(looks.length, 1)
    const [usage] = looks
    assert.equal(usage?.task, TASK)
    assert.equal(usage?.memoryLimitBytes, 64 * 1024 * 1024)
    assert.equal(usage?.pidsLimit, 30)
    assert.ok((usage?.pids ?? 0) >= 1 && (usage?.memoryBytes ?? 0) > 0)
  })

  it('adopts a container by its labels, with its terminal, its health, and word of when that changes', async () => {
    const labels = { mesh: ground.mesh, node: NODE_A, task: TASK, token: '7' }
    await docker(
      ...['run', '--detach', '--name', NAME, '--tty'],
      ...Object.entries(labels).flatMap(([key, value]) => ['--label', `coterie.${key}=${value}`]),
      ...['--health-cmd', '[ -e /tmp/well ]', '--health-interval', '200ms', '--health-retries', '2'],
      ...[ground.image as string, 'sh', '-c', 'echo one; echo two; sleep 1000'],
    )
    const lines = runtime.logs(TASK, { tail: null, follow: false, signal: NEVER })
    assert.deepEqual(await allLines(lines), ['one', 'two'])
    let changes = 0
    const unsubscribe = runtime.onChange(() => void changes++)
    const health = async () => {
      const [seen] = await runtime.list()
      return seen?.state === 'running' ? seen.health : undefined
    }
    await eventually('the check fails', async () => (await health()) === 'unhealthy')
    await eventually('all is told', () => changes > 0)
    const before = changes
    await docker('exec', NAME, 'sh', '-c', ': > /tmp/well')
    await eventually('the check passes', async () => (await health()) === 'healthy')
    await eventually('that is told', () => changes > before)
    unsubscribe()
  })

  it('touches nothing of others, whatever it is called', async () => {
    await docker('run', '--detach', '--name', NAME, ground.image as string, 'sleep', '1000')
    try {
      await assert.rejects(begin(), (error) => isCoterieError(error, 'startFailed'))
      await runtime.stop(TASK, 0)
      await runtime.remove(TASK)
      await assert.rejects(allLines(runtime.logs(TASK, { tail: 1, follow: false, signal: NEVER })), (error) =>
        isCoterieError(error, 'taskUnknown'),
      )
      assert.equal(await docker('inspect', '--format', '{{.State.Running}}', NAME), 'true')
      assert.deepEqual(await runtime.list(), [])
    } finally {
      await docker('rm', '--force', NAME)
    }
  })
})
