import assert from 'node:assert/strict'
import type { Runtime } from '../../../../node/ports/runtime.ts'
import { createRandom } from '../../../../node/simulation/random.ts'
import {
  type Behaviour,
  type ContainerEvent,
  createSimulatedEngine,
  openSimulatedRuntime,
  QUIET,
  type SimulatedEngine,
} from '../../../../node/simulation/runtime/index.ts'
import { NODE_A, serviceOf, startOf } from '../../agent/grounds.ts'
import { createVirtualTime, LONG_MS, type VirtualTime } from '../virtual-time.ts'

const TASK = 'shop.web.0.7'
const OTHER = 'shop.web.1.8'
const NEVER = new AbortController().signal

describe('a simulated engine', () => {
  let time: VirtualTime
  let engine: SimulatedEngine
  let runtime: Runtime
  let behaviour: Behaviour
  let events: ContainerEvent[]

  const open = (): void => {
    runtime = openSimulatedRuntime({ engine, after: time.after, random: createRandom(2) }, { node: NODE_A })
  }
  const begin = (seed = 1): void => {
    time = createVirtualTime()
    behaviour = QUIET
    events = []
    engine = createSimulatedEngine({
      after: time.after,
      nowMs: time.nowMs,
      wallMs: time.nowMs,
      random: createRandom(seed),
      behaviourOf: () => behaviour,
      onContainer: (event) => events.push(event),
    })
    open()
  }
  beforeEach(() => begin())

  const published = (port: number) => ({
    ports: [{ target: 80, published: port, protocol: 'tcp' as const }],
  })
  const start = (task = TASK, more = {}) =>
    runtime.start(startOf(serviceOf(['serve'], { image: 'web', ...more }), task, 7), NEVER)
  const states = async () =>
    (await time.settled(runtime.list())).map(({ task, state }) => `${task} ${state}`).toSorted()
  const told = () => events.map(({ type, task }) => `${task} ${type}`)
  const refused = (promise: Promise<unknown>, code: string) => assert.rejects(time.settled(promise), { code })

  it('pulls an image once, and starts quicker then', async () => {
    await time.settled(start())
    const firstMs = time.nowMs()
    await time.settled(start(OTHER))
    assert.ok(firstMs > 1_000 && time.nowMs() - firstMs < 1_000)
  })

  it('tells each start and each end with its moment and its token', async () => {
    await time.settled(start())
    await time.settled(runtime.stop(TASK, 1_000))
    assert.deepEqual(
      events.map(({ type, node, task, token }) => ({ type, node, task, token })),
      (['started', 'ended'] as const).map((type) => ({ type, node: NODE_A, task: TASK, token: 7 })),
    )
    assert.ok((events[0]?.atMs ?? 0) < (events[1]?.atMs ?? 0))
  })

  it('runs containers on while the daemon is away, and settles nothing for the one that ended', async () => {
    await time.settled(start())
    let isTold = false
    void start(OTHER).then(() => {
      isTold = true
    })
    await time.asked()
    engine.daemonEnded()
    await time.pass(LONG_MS)
    assert.equal(isTold, false)
    open()
    assert.ok((await states()).includes(`${TASK} running`))
  })

  it('ends all containers with the power, and starts none of them again', async () => {
    await time.settled(start())
    engine.losePower()
    open()
    await time.pass(LONG_MS)
    assert.deepEqual(await states(), [`${TASK} exited`])
    assert.deepEqual(told(), [`${TASK} started`, `${TASK} ended`])
    const againMs = time.nowMs()
    await time.settled(start())
    assert.ok(time.nowMs() - againMs < 1_000, 'the image is still there')
  })

  it('that is down refuses at once, and is well again when it is up', async () => {
    await time.settled(start())
    let changes = 0
    runtime.onChange(() => void changes++)
    engine.down('runOn')
    const detail = await time.settled(runtime.probe())
    assert.match(detail ?? '', /ECONNREFUSED/)
    await refused(start(OTHER), 'engineUnreachable')
    engine.up()
    await time.pass(LONG_MS)
    assert.deepEqual(await states(), [`${TASK} running`])
    assert.ok(changes >= 2)
  })

  it('may take its containers with it', async () => {
    await time.settled(start())
    engine.down('end')
    assert.deepEqual(told(), [`${TASK} started`, `${TASK} ended`])
  })

  it('that hangs is given up after a time, and may carry out later what nobody waits for any more', async () => {
    const started = new Set<boolean>()
    for (let seed = 1; seed <= 20; seed++) {
      begin(seed)
      await time.settled(start(OTHER))
      const giveUp = new AbortController()
      const starting = runtime.start(
        { ...startOf(serviceOf(['serve'], { image: 'web' })), onPrepared: () => engine.hang() },
        giveUp.signal,
      )
      starting.catch(() => {})
      await time.pass(4_000)
      assert.match((await time.settled(runtime.probe())) ?? '', /no answer within 5000 ms/)
      giveUp.abort()
      engine.up()
      await time.pass(1)
      started.add(told().includes(`${TASK} started`))
    }
    assert.equal(started.size, 2)
  })

  it('that hangs kills nobody before it goes on', async () => {
    behaviour = { ...QUIET, onTerm: null }
    await time.settled(start())
    const stopping = runtime.stop(TASK, 1_000)
    await time.pass(100)
    engine.hang()
    await time.pass(10_000)
    assert.deepEqual(told(), [`${TASK} started`])
    engine.up()
    await time.settled(stopping)
    assert.deepEqual(told(), [`${TASK} started`, `${TASK} ended`])
  })

  it('gives a published port to one container of the machine', async () => {
    await time.settled(start(TASK, published(8_080)))
    await refused(start(OTHER, published(8_080)), 'portInUse')
    assert.deepEqual(await states(), [`${TASK} running`])
    await time.settled(runtime.stop(TASK, 1_000))
    await time.settled(start(OTHER, published(8_080)))
  })

  it('has no image that no registry has', async () => {
    behaviour = { ...QUIET, pullMs: null }
    await refused(start(), 'imageUnavailable')
    assert.deepEqual(await states(), [])
  })

  it('refuses a start as the image is bound to, and leaves nothing', async () => {
    behaviour = { ...QUIET, refusal: 'startFailed' }
    await refused(start(), 'startFailed')
    assert.deepEqual([await states(), events], [[], []])
  })

  it('ends what ends by itself, and kills what the kernel kills', async () => {
    behaviour = { ...QUIET, ends: { afterMs: 5_000, exitCode: 3 } }
    await time.settled(start())
    behaviour = QUIET
    await time.settled(start(OTHER))
    engine.kill(NODE_A, OTHER)
    await time.pass(5_000)
    const exits = (await time.settled(runtime.list())).map((seen) => seen.state === 'exited' && seen.exitCode)
    assert.deepEqual(exits, [3, 137])
  })

  it('does not kill the next run of a container with the stop of the one before', async () => {
    behaviour = { ...QUIET, onTerm: null }
    await time.settled(start())
    const stopping = runtime.stop(TASK, 5_000)
    await time.pass(1_000)
    engine.kill(NODE_A, TASK)
    await time.settled(stopping)
    await time.settled(start())
    await time.pass(LONG_MS)
    assert.deepEqual(await states(), [`${TASK} running`])
  })
})
