/** A real container, and a watchdog that never speaks with its engine. */
import assert from 'node:assert/strict'
import type { Runtime } from '../../../node/ports/runtime.ts'
import { bootMs } from '../../../node/watchdog/index.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { createDockerGround, type Ground, serviceOf, startOf } from '../agent/grounds.ts'
import { createStage, LATER_MS, type Stage } from './stage.ts'

const TASK = 'shop.db.0.7'
const NEVER = new AbortController().signal

describe('watchdog: containers', () => {
  let ground: Ground
  let stage: Stage
  before(function () {
    requires(this, 'docker', 'root')
  })
  beforeEach(async () => {
    ground = await createDockerGround()
    stage = await createStage()
  })
  afterEach(async () => {
    await stage?.clear()
    await ground?.remove()
  })

  const stateIn = async (runtime: Runtime) => (await runtime.list())[0]?.state
  const exits = (runtime: Runtime) =>
    eventually('the container ends', async () => (await stateIn(runtime)) === 'exited')

  it('are guarded before they begin, killed when they lapse, and killed again where they begin once more', async () => {
    await stage.watchdog()
    const client = stage.client()
    const runtime = ground.runtime()
    assert.equal(await client.probe('docker'), null)
    const spec = serviceOf(['sh', '-c', "trap '' TERM; sleep 1000 & while :; do sleep 1; done"], {
      image: ground.image,
    })
    const guard = async (inMs: number) => {
      const handle = await runtime.killHandle(TASK)
      await client.guard({ task: TASK, token: 7, handle, untilBootMs: bootMs() + inMs })
    }
    await runtime.start({ ...startOf(spec, TASK), onPrepared: () => guard(LATER_MS) }, NEVER)
    assert.equal(await stateIn(runtime), 'running')
    const heard: string[] = []
    client.onKilled((task) => heard.push(task))
    await guard(0)
    await exits(runtime)
    await eventually('it is told', () => heard.includes(TASK))
    // What an engine that hung would do: nobody asked the watchdog.
    await runtime.start(startOf(spec, TASK), NEVER).catch(() => {})
    await exits(runtime)
    await runtime.start({ ...startOf(spec, TASK), onPrepared: () => guard(LATER_MS) }, NEVER)
    assert.equal(await stateIn(runtime), 'running')
  })
})
