/** An engine that goes away and comes back, as seen through a socket that the test cuts; the real one goes on. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Agent, createAgent } from '../../../../node/agent/index.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../../protocols/spec/index.ts'
import { docker } from '../../../support/engine.ts'
import { createEngineWire, type EngineWire } from '../../../support/engine-wire.ts'
import { eventually } from '../../../support/eventually.ts'
import { requires } from '../../../support/requirements.ts'
import { scratchDir } from '../../../support/scratch.ts'
import { silentLogger } from '../../../support/silent-logger.ts'
import { createDockerGround, type Ground, realClock, serviceOf, startOf } from '../grounds.ts'
import { createHandLeases, createHandWatchdog } from '../hand-leases.ts'
import { memoryRecords } from '../memory-records.ts'

const TASK = 'shop.web.0.7'

describe('docker runtime: an engine that goes and comes back', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let wire: EngineWire
  let ground: Ground
  let agent: Agent

  before(function () {
    requires(this, 'docker')
  })
  beforeEach(async () => {
    scratch = await scratchDir()
    const socketPath = join(scratch.path, 'engine.sock')
    wire = createEngineWire(socketPath)
    await wire.join()
    ground = await createDockerGround(socketPath)
    agent = createAgent({
      runtimes: [ground.runtime()],
      leases: createHandLeases().leases,
      watchdog: createHandWatchdog().watchdog,
      clock: realClock,
      random: Math.random,
      records: memoryRecords(),
      logger: silentLogger,
    })
    await agent.start()
  })
  afterEach(async () => {
    await agent?.stop()
    await wire?.cut()
    await ground?.remove()
    await scratch?.remove()
  })

  const give = (spec: ServiceSpec) =>
    agent.setDesired(
      [
        {
          assignment: {
            task: TASK,
            object: 'service/shop/web',
            revision: 'a'.repeat(64),
            slot: 0,
            node: 'self',
            token: 7,
            reason: 'the only node',
          },
          spec,
        },
      ],
      true,
    )
  const status = () => agent.statuses().get(TASK)
  const sleeper = () => serviceOf(['sleep', '1000'], { image: ground.image })
  const isRunning = () =>
    eventually('it runs', () => status()?.state === 'running' && status()?.problem === null)

  it('keeps the task running, says that the engine is silent, and adopts it again', async () => {
    give(sleeper())
    await isRunning()
    const before = status()
    await wire.cut()
    await eventually('the silence is told', () => status()?.problem?.code === 'engineUnreachable')
    assert.equal(status()?.state, 'running')
    await wire.join()
    await isRunning()
    assert.deepEqual(status(), before)
    assert.equal((await ground.leftovers()).length, 1)
  })

  it('sees what happened in between', async () => {
    give(sleeper())
    await isRunning()
    await wire.cut()
    await eventually('the silence is told', () => status()?.problem !== null)
    const [container = ''] = await ground.leftovers()
    await docker('kill', container)
    await wire.join()
    await eventually('it runs again', () => status()?.state === 'running' && status()?.attempt === 2)
  })

  it('starts a task that was given meanwhile', async () => {
    await wire.cut()
    give(sleeper())
    await eventually('it is told', () => status() !== undefined)
    await wire.join()
    await isRunning()
  })

  it('refuses an image whose registry does not answer, by its name', async () => {
    const image = '127.0.0.1:1/no/such-image:1'
    give(serviceOf(['sleep', '1000'], { image }))
    await eventually('it is rejected', () => status()?.state === 'rejected')
    assert.equal(status()?.problem?.code, 'registryUnreachable')
    assert.ok(status()?.problem?.message.includes('127.0.0.1:1'))
  })

  it('is a coded error to who calls it meanwhile', async () => {
    const runtime = ground.runtime()
    await wire.cut()
    assert.match((await runtime.probe()) ?? '', /ENOENT|ECONNREFUSED/)
    await assert.rejects(runtime.list(), (error) => isCoterieError(error, 'engineUnreachable'))
    const signal = new AbortController().signal
    await assert.rejects(runtime.start(startOf(sleeper()), signal), (error) =>
      isCoterieError(error, 'engineUnreachable'),
    )
  })
})
