/** Exclusive tasks of an agent over real processes; leases and watchdog are in the hands of the test. */
import assert from 'node:assert/strict'
import { type Agent, createAgent, type DesiredTask } from '../../../node/agent/index.ts'
import type { Runtime } from '../../../node/ports/runtime.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import type { RestartPolicy } from '../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../protocols/tasks/index.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { createProcessGround, type Ground, realClock, serviceOf } from './grounds.ts'
import { createHandLeases, createHandWatchdog } from './hand-leases.ts'
import { memoryRecords } from './memory-records.ts'

const TASK = 'shop.db.0.7'
const LONG = ['sleep', '1000']

const given = (token = 7, restart: RestartPolicy = 'no'): DesiredTask => ({
  assignment: {
    task: `shop.db.0.${token}`,
    object: 'service/shop/db',
    revision: 'a'.repeat(64),
    slot: 0,
    node: 'self',
    token,
    reason: 'the only node',
  },
  spec: serviceOf(LONG, { name: 'db', exclusive: true, restart }),
})

describe('agent: exclusive tasks', () => {
  let ground: Ground
  let records: RecordStore
  let hand: ReturnType<typeof createHandLeases>
  let dog: ReturnType<typeof createHandWatchdog>
  let agents: Agent[]

  const begin = async (runtime: Runtime = ground.runtime()) => {
    const agent = createAgent({
      runtimes: [runtime],
      leases: hand.leases,
      watchdog: dog.watchdog,
      clock: realClock,
      random: () => 0,
      records,
      logger: silentLogger,
    })
    agents.push(agent)
    await agent.start()
    const reaches = <State extends TaskState>(state: State, task = TASK) =>
      eventually(`${task} is ${state}`, () => {
        const status = agent.statuses().get(task)
        return status?.state === state ? (status as Extract<TaskStatus, { state: State }>) : null
      })
    return { agent, reaches, runtime }
  }
  const running = async (runtime: Runtime) =>
    (await runtime.list()).filter(({ state }) => state === 'running').length

  beforeEach(async () => {
    ground = await createProcessGround()
    records = memoryRecords()
    hand = createHandLeases()
    dog = createHandWatchdog()
    agents = []
  })
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop()))
    await ground.remove()
  })

  it('starts under a lease alone, and says what it waits for', async () => {
    const { agent, reaches, runtime } = await begin()
    agent.setDesired([given()], true)
    await eventually(
      'it waits for its lease',
      () => agent.statuses().get(TASK)?.problem?.code === 'leaseMissing',
    )
    assert.deepEqual(hand.wanted(), [{ task: TASK, token: 7, mayAsk: true }])
    assert.equal(await running(runtime), 0)
    hand.grant(TASK)
    assert.equal((await reaches('running')).problem, null)
    assert.equal(dog.guards.get(TASK)?.token, 7)
  })

  it('is ended when its lease lapses, and starts again in place when that is back, whatever its restart policy', async () => {
    const { agent, reaches, runtime } = await begin()
    hand.grant(TASK)
    agent.setDesired([given(7, 'no')], true)
    await reaches('running')
    hand.lapse(TASK)
    assert.equal((await reaches('waiting')).problem?.code, 'leaseLapsed')
    assert.equal(await running(runtime), 0)
    hand.grant(TASK)
    assert.equal((await reaches('running')).attempt, 2)
  })

  for (const [when, state] of [
    ['it is moved', 'running'],
    ['it is moved before it ever began', 'assigned'],
  ] as const) {
    it(`ends here for good when ${when}, and so after a restart`, async () => {
      const first = await begin()
      if (state === 'running') hand.grant(TASK)
      first.agent.setDesired([given()], true)
      await first.reaches(state)
      hand.move(TASK)
      await first.reaches('stopped')
      await first.agent.stop()
      hand = createHandLeases()
      hand.grant(TASK)
      const second = await begin()
      second.agent.setDesired([given()], true)
      await second.reaches('stopped')
      assert.deepEqual(hand.wanted(), [])
    })
  }

  it('is not renewed, and asked for no more, where the watchdog is silent', async () => {
    const { agent, reaches } = await begin()
    hand.grant(TASK)
    agent.setDesired([given()], true)
    await reaches('running')
    const untilMs = performance.now() + 60_000
    await agent.guard({ task: TASK, token: 7, untilMs })
    assert.equal(dog.guards.get(TASK)?.untilBootMs, untilMs)
    dog.silence()
    await assert.rejects(agent.guard({ task: TASK, token: 7, untilMs: untilMs + 1 }), {
      code: 'watchdogSilent',
    })
    await eventually('nobody asks', () => hand.wanted()[0]?.mayAsk === false)
    assert.deepEqual(agent.guards(), [])
    dog.answer()
    await eventually('somebody asks', () => hand.wanted()[0]?.mayAsk)
  })

  it('that a watchdog killed waits for its lease, and did not fail', async () => {
    const { agent, reaches, runtime } = await begin()
    hand.grant(TASK)
    agent.setDesired([given(7, 'no')], true)
    await reaches('running')
    dog.tellKilled(TASK, 7)
    await runtime.stop(TASK, 0)
    await eventually('it runs again', () => agent.statuses().get(TASK)?.attempt === 2)
  })
})
