/** What every runtime promises, tried on the real things and on the simulated one. */
import assert from 'node:assert/strict'
import type { ObservedTask, Runtime } from '../../../node/ports/runtime.ts'
import type { KillHandle } from '../../../node/ports/watchdog.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { eventually } from '../../support/eventually.ts'
import { allLines, type Ground, NODE_A, NODE_B, serviceOf, startOf } from './grounds.ts'

const TASK = 'shop.web.0.7'
const NEVER = new AbortController().signal
const KEPT = { tail: null, follow: false, signal: NEVER }

const seen = async (runtime: Runtime, task = TASK): Promise<ObservedTask | undefined> =>
  (await runtime.list()).find((observed) => observed.task === task)

const exited = (runtime: Runtime, task = TASK) =>
  eventually(`${task} exits`, async () => {
    const observed = await seen(runtime, task)
    return observed?.state === 'exited' ? observed : null
  })

/** Declares the suite; `createGround` is called before each test, after `prepare` had its chance to skip. */
export const describeRuntime = (prepare: Mocha.Func, createGround: () => Promise<Ground>): void => {
  let ground: Ground
  let runtime: Runtime

  before(prepare)
  beforeEach(async () => {
    ground = await createGround()
    runtime = ground.runtime()
  })
  afterEach(() => ground?.remove())

  const sh = (script: string, more: Partial<ServiceSpec> = {}): ServiceSpec =>
    serviceOf(['sh', '-c', script], { image: ground.image, ...more })
  const start = (spec: ServiceSpec, task = TASK, token = 7) =>
    runtime.start(startOf(spec, task, token), NEVER)
  const rejects = async (promise: Promise<unknown>, code: Parameters<typeof isCoterieError>[1]) => {
    await assert.rejects(promise, (error) => isCoterieError(error, code))
  }

  it('says that it can run tasks, and has none', async () => {
    assert.equal(await runtime.probe(), null)
    assert.deepEqual(await runtime.list(), [])
  })

  it('runs a program whose port can be reached from this machine', async () => {
    const ports = [{ target: 8080, published: null, protocol: 'tcp' as const }]
    await start(serviceOf(ground.server, { image: ground.image, ports }))
    const observed = await seen(runtime)
    assert.equal(observed?.state, 'running')
    assert.equal(observed.token, 7)
    const [port] = observed.state === 'running' ? observed.ports : []
    assert.equal(port?.target, 8080)
    await eventually('the port answers', () => ground.answers(port.host, port.port))
  })

  it('binds a published port, and refuses one that is taken by its number', async () => {
    const { port, release } = await ground.occupyPort()
    const ports = [{ target: 8080, published: port, protocol: 'tcp' as const }]
    const spec = serviceOf(ground.server, { image: ground.image, ports })
    await assert.rejects(
      start(spec),
      (error) => isCoterieError(error, 'portInUse') && error.data.port === port,
    )
    assert.deepEqual(
      (await runtime.list()).filter(({ state }) => state === 'running'),
      [],
    )
    await release()
    await start(spec)
    await eventually('the port answers', () => ground.answers('127.0.0.1', port))
  })

  it('tells a program who it is', async () => {
    await start(sh('env; sleep 1000', { environment: { GREETING: 'good day' } }), TASK, 42)
    const lines = await eventually('the environment is printed', async () => {
      const texts = await allLines(runtime.logs(TASK, KEPT))
      return texts.some((text) => text.startsWith('COTERIE_NODE')) ? texts : null
    })
    for (const line of [
      `COTERIE_TASK=${TASK}`,
      'COTERIE_FENCING_TOKEN=42',
      `COTERIE_NODE=${NODE_A}`,
      'GREETING=good day',
    ])
      assert.ok(lines.includes(line), line)
  })

  it('starts twice what runs once', async () => {
    let starts = 0
    const spec = sh('echo begun; sleep 1000')
    const counted = { ...startOf(spec), onPrepared: () => void starts++ }
    await runtime.start(counted, NEVER)
    await runtime.start(counted, NEVER)
    assert.equal(starts, 1)
    assert.equal((await runtime.list()).length, 1)
  })

  it('shows the exit code of a program that ends, and tells of the change', async () => {
    let changes = 0
    const unsubscribe = runtime.onChange(() => void changes++)
    await start(sh('exit 3'))
    const observed = await exited(runtime)
    assert.equal(observed.state === 'exited' && observed.exitCode, 3)
    await eventually('a change is told', () => changes > 0)
    unsubscribe()
  })

  it('starts in place what has exited, with its logs kept', async () => {
    const spec = sh('echo begun; exit 1')
    await start(spec)
    await exited(runtime)
    await start(spec)
    await eventually('both lines', async () => (await allLines(runtime.logs(TASK, KEPT))).length === 2)
    assert.equal((await runtime.list()).length, 1)
  })

  it('gives the last lines of a log, with their streams and times', async () => {
    const before = Date.now()
    await start(sh('for i in 1 2 3 4; do echo line $i; done; echo wrong >&2'))
    await exited(runtime)
    assert.deepEqual((await allLines(runtime.logs(TASK, KEPT))).toSorted(), [
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'wrong',
    ])
    assert.equal((await allLines(runtime.logs(TASK, { ...KEPT, tail: 2 }))).length, 2)
    for await (const line of runtime.logs(TASK, KEPT)) {
      assert.equal(line.stream, line.text === 'wrong' ? 'stderr' : 'stdout')
      assert.ok(Math.abs(line.atMs - before) < 60_000)
    }
  })

  it('follows a log until the program ends', async () => {
    const wait = 'while [ ! -e go ]; do sleep 0.05; done'
    await start(sh(`cd "\${HOME:-/}"; echo first; ${wait}; echo second`))
    const lines = runtime.logs(TASK, { tail: null, follow: true, signal: NEVER })
    const texts: string[] = []
    for await (const { text } of lines) {
      texts.push(text)
      if (text === 'first') await ground.touch(TASK, 'go')
    }
    assert.deepEqual(texts, ['first', 'second'])
  })

  it('ends a followed log when the reader has had enough', async () => {
    await start(sh('echo first; sleep 1000'))
    const enough = new AbortController()
    for await (const { text } of runtime.logs(TASK, { tail: 1, follow: true, signal: enough.signal })) {
      assert.equal(text, 'first')
      enough.abort()
    }
  })

  it('stops a program that listens to reason', async () => {
    await start(sh("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"))
    await eventually('it is ready', async () => (await allLines(runtime.logs(TASK, KEPT))).includes('ready'))
    await runtime.stop(TASK, 20_000)
    const observed = await seen(runtime)
    assert.equal(observed?.state, 'exited')
    assert.ok((await allLines(runtime.logs(TASK, KEPT))).includes('bye'))
  })

  it('kills a program that does not', async () => {
    await start(sh("trap '' TERM; echo ready; while :; do sleep 0.05; done"))
    await eventually('it is ready', async () => (await allLines(runtime.logs(TASK, KEPT))).includes('ready'))
    await runtime.stop(TASK, 300)
    assert.equal((await seen(runtime))?.state, 'exited')
  })

  it('waits for what is to be done before the program begins', async () => {
    const word = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const starting = runtime.start(
      {
        ...startOf(sh('echo begun; sleep 1000')),
        onPrepared: () => {
          asked.resolve()
          return word.promise
        },
      },
      NEVER,
    )
    await asked.promise
    assert.notEqual((await seen(runtime))?.state, 'running')
    word.resolve()
    await starting
    assert.equal((await seen(runtime))?.state, 'running')
    await eventually('it has begun', async () => (await allLines(runtime.logs(TASK, KEPT))).includes('begun'))
  })

  it('begins nothing where that fails, and leaves nothing', async () => {
    const refused = new CoterieError('dataDirInUse', { path: '/', pid: null })
    const failing = { ...startOf(sh('sleep 1000')), onPrepared: () => Promise.reject(refused) }
    await assert.rejects(runtime.start(failing, NEVER), (error) => error === refused)
    assert.deepEqual(await runtime.list(), [])
  })

  it('tells how its processes are found, before the program begins and after', async () => {
    const handles: KillHandle[] = []
    const spec = sh("trap '' TERM; sleep 1000 & while :; do sleep 0.05; done")
    const onPrepared = async () => void handles.push(await runtime.killHandle(TASK))
    await runtime.start({ ...startOf(spec), onPrepared }, NEVER)
    handles.push(await runtime.killHandle(TASK))
    for (const handle of handles) {
      await eventually('all of it is killed', () => ground.kill(handle))
      await exited(runtime)
      await runtime.start(startOf(spec), NEVER)
    }
  })

  it('has no way to find the processes of what does not run', async () => {
    await rejects(runtime.killHandle('shop.none.0.1'), 'killHandleUnknown')
  })

  it('takes what is not there as stopped and as removed', async () => {
    await runtime.stop('shop.none.0.1', 0)
    await runtime.remove('shop.none.0.1')
  })

  it('refuses the log of a task that it does not have', async () => {
    await rejects((async () => allLines(runtime.logs('shop.none.0.1', KEPT)))(), 'taskUnknown')
  })

  it('leaves nothing behind when a task is removed', async () => {
    await start(sh('echo hello'))
    await exited(runtime)
    await runtime.remove(TASK)
    assert.deepEqual(await runtime.list(), [])
    assert.deepEqual(await ground.leftovers(), [])
  })

  it('tells of a command that does not exist', async () => {
    const spec = serviceOf(['no-such-program'], { image: ground.image })
    try {
      await start(spec)
    } catch (error) {
      assert.ok(isCoterieError(error, 'commandNotFound'))
      return
    }
    const observed = await exited(runtime)
    assert.equal(observed.state === 'exited' && observed.exitCode, 127)
  })

  it('finds its tasks again after a restart of the daemon', async () => {
    await start(sh('exit 3'), 'shop.web.0.7')
    await exited(runtime)
    await start(sh('sleep 1000'), 'shop.web.1.8', 8)
    await runtime.close()
    const next = ground.runtime()
    const [first, second] = (await next.list()).toSorted((a, b) => a.token - b.token)
    assert.deepEqual(first, {
      state: 'exited',
      task: 'shop.web.0.7',
      token: 7,
      exitCode: 3,
      signal: null,
    })
    assert.equal(second?.task, 'shop.web.1.8')
    // Containers outlive the daemon; of a process that could not, nobody saw the end.
    if (ground.kind === 'docker') assert.equal(second.state, 'running')
    else
      assert.deepEqual(second, {
        state: 'exited',
        task: 'shop.web.1.8',
        token: 8,
        exitCode: null,
        signal: null,
      })
  })

  it('does not see the tasks of another node', async () => {
    const other = ground.runtime(NODE_B)
    await start(sh('sleep 1000'))
    assert.deepEqual(await other.list(), [])
    await other.start(startOf(sh('sleep 1000')), NEVER)
    await other.stop(TASK, 0)
    assert.equal((await seen(runtime))?.state, 'running')
  })

  it('keeps up with a program that writes a lot', async () => {
    const count = 20_000
    await start(sh(`seq ${count}`))
    await exited(runtime)
    const lines = await allLines(runtime.logs(TASK, KEPT))
    assert.equal(lines.length, count)
    assert.equal(lines.at(-1), String(count))
  })
}
