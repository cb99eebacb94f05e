/** The whole agent over real processes; only its disk is in memory. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type Agent, createAgent, type DesiredTask } from '../../../node/agent/index.ts'
import type { Runtime } from '../../../node/ports/runtime.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { fencingToken } from '../../../protocols/generations/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../protocols/tasks/index.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { allLines, createProcessGround, type Ground, realClock, serviceOf } from './grounds.ts'
import { createHandLeases, createHandWatchdog } from './hand-leases.ts'
import { memoryRecords } from './memory-records.ts'

const FOREVER = ['sleep', '1000']
const sh = (script: string, more: Partial<ServiceSpec> = {}) => serviceOf(['sh', '-c', script], more)

/** The task of a slot that was assigned under that token. */
const given = (token: number, spec: ServiceSpec | null, slot = 0): DesiredTask => ({
  assignment: {
    task: `shop.web.${slot}.${token}`,
    object: 'service/shop/web',
    revision: 'a'.repeat(64),
    slot,
    node: 'self',
    token,
    reason: 'the only node',
  },
  spec,
})

describe('agent', () => {
  let ground: Ground
  let records: RecordStore
  let agents: Agent[]
  /** What takes the place of chance; 0 makes each delay between attempts nothing. */
  let chance: number

  const startAgent = async (runtimes: readonly Runtime[] = [ground.runtime()]) => {
    const agent = createAgent({
      runtimes,
      leases: createHandLeases().leases,
      watchdog: createHandWatchdog().watchdog,
      clock: realClock,
      random: () => chance,
      records,
      logger: silentLogger,
    })
    agents.push(agent)
    const told: string[] = []
    agent.onStatus((task, status) => told.push(`${task} ${status?.state ?? 'forgotten'}`))
    await agent.start()
    const reaches = <State extends TaskState>(task: string, state: State) =>
      eventually(`${task} is ${state}`, () => {
        const status = agent.statuses().get(task)
        return status?.state === state ? (status as Extract<TaskStatus, { state: State }>) : null
      })
    const forgets = (task: string) =>
      eventually(`${task} is forgotten`, () => told.at(-1) === `${task} forgotten`)
    return { agent, told, reaches, forgets }
  }

  beforeEach(async () => {
    ground = await createProcessGround()
    records = memoryRecords()
    agents = []
    chance = 0
  })
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop()))
    await ground.remove()
  })

  it('runs what it is given and tells each state on the way', async () => {
    const { agent, told, reaches } = await startAgent()
    const ports = [{ target: 8080, published: null, protocol: 'tcp' as const }]
    agent.setDesired([given(7, serviceOf(FOREVER, { ports }))], true)
    const status = await reaches('shop.web.0.7', 'running')
    assert.equal(status.attempt, 1)
    assert.equal(status.runtime, 'process')
    assert.equal(status.ports[0]?.target, 8080)
    const states = ['assigned', 'preparing', 'starting', 'running']
    assert.deepEqual(
      told,
      states.map((state) => `shop.web.0.7 ${state}`),
    )
  })

  it('stops, removes and forgets what is no longer given', async () => {
    const { agent, told, reaches, forgets } = await startAgent()
    agent.setDesired([given(7, serviceOf(FOREVER))], true)
    await reaches('shop.web.0.7', 'running')
    agent.setDesired([], true)
    await forgets('shop.web.0.7')
    assert.deepEqual(told.slice(4), [
      'shop.web.0.7 stopping',
      'shop.web.0.7 stopped',
      'shop.web.0.7 forgotten',
    ])
    assert.deepEqual(await ground.leftovers(), [])
    assert.equal(agent.statuses().size, 0)
  })

  it('restarts in place until that is hopeless, and tells the last lines', async () => {
    const { agent, reaches } = await startAgent()
    agent.setDesired([given(7, sh('echo no luck; exit 3'))], true)
    const status = await reaches('shop.web.0.7', 'failed')
    assert.equal(status.attempt, 8)
    assert.equal(status.problem?.code, 'taskCrashLooping')
    assert.equal(status.lastLines.at(-1), 'no luck')
  })

  it('tells when what it can run comes and goes', async () => {
    const runtime = ground.runtime()
    let hint = (): void => {}
    let problem: string | null = null
    const { agent } = await startAgent([
      {
        ...runtime,
        probe: async () => problem ?? runtime.probe(),
        onChange: (listener) => {
          hint = listener
          return runtime.onChange(listener)
        },
      },
    ])
    const told: string[] = []
    agent.onRunnable(() => told.push(agent.available().join()))
    problem = 'the engine is gone'
    hint()
    await eventually('it tells that the runtime is silent', () => told.at(-1) === '')
    problem = null
    hint()
    await eventually('it tells that the runtime answers', () => told.at(-1) === 'process')
  })

  it('gives the log of a task', async () => {
    const { agent, reaches } = await startAgent()
    agent.setDesired([given(7, sh('echo done', { restart: 'no' }))], true)
    await reaches('shop.web.0.7', 'completed')
    const options = { tail: null, follow: false, signal: new AbortController().signal }
    assert.deepEqual(await allLines(agent.logs('shop.web.0.7', options)), ['done'])
  })

  it('rejects at once what can never start here', async () => {
    const { agent, reaches } = await startAgent()
    agent.setDesired(
      [
        given(7, serviceOf(['no-such-program']), 0),
        given(8, serviceOf(FOREVER, { process: null, image: 'web:1' }), 1),
      ],
      true,
    )
    assert.equal((await reaches('shop.web.0.7', 'rejected')).problem?.code, 'commandNotFound')
    assert.equal((await reaches('shop.web.1.8', 'rejected')).problem?.code, 'runtimeMissing')
  })

  it('tries a taken port again until it is free', async () => {
    chance = 0.5
    const other = createServer().listen(0, '0.0.0.0')
    await once(other, 'listening')
    const published = (other.address() as AddressInfo).port
    const { agent, reaches } = await startAgent()
    const ports = [{ target: 8080, published, protocol: 'tcp' as const }]
    agent.setDesired([given(7, serviceOf(FOREVER, { ports }))], true)
    try {
      await eventually('the port is named', () =>
        agent.statuses().get('shop.web.0.7')?.problem?.message.includes(String(published)),
      )
    } finally {
      other.close()
    }
    await reaches('shop.web.0.7', 'running')
  })

  it('starts the next task of a slot when the one before is gone', async () => {
    const { agent, told, reaches } = await startAgent()
    agent.setDesired([given(7, serviceOf(FOREVER))], true)
    await reaches('shop.web.0.7', 'running')
    agent.setDesired([given(9, serviceOf(FOREVER))], true)
    await reaches('shop.web.0.9', 'running')
    assert.ok(told.indexOf('shop.web.0.7 forgotten') < told.indexOf('shop.web.0.9 preparing'))
  })

  it('starts nothing and stops nothing before the log is caught up', async () => {
    const { agent, told, reaches } = await startAgent()
    agent.setDesired([given(7, serviceOf(FOREVER))], true)
    await reaches('shop.web.0.7', 'running')
    agent.setDesired([given(8, serviceOf(FOREVER), 1)], false)
    await reaches('shop.web.1.8', 'assigned')
    assert.ok(!told.includes('shop.web.0.7 stopping'))
    agent.setDesired([given(8, serviceOf(FOREVER), 1)], true)
    await reaches('shop.web.1.8', 'running')
    await eventually('the other is forgotten', () => told.includes('shop.web.0.7 forgotten'))
  })

  it('refuses a token below the one it has obeyed, also after a restart', async () => {
    const first = await startAgent()
    first.agent.setDesired([given(9, serviceOf(FOREVER))], true)
    await first.reaches('shop.web.0.9', 'running')
    await first.agent.stop()
    const second = await startAgent()
    second.agent.setDesired([given(7, serviceOf(FOREVER))], true)
    assert.equal((await second.reaches('shop.web.0.7', 'rejected')).problem?.code, 'tokenStale')
  })

  it('obeys a recovery, whose indexes fell, and from then on no assignment of the generation before, whatever its index', async () => {
    const [before, after, late] = [fencingToken(1, 90), fencingToken(2, 5), fencingToken(1, 99)]
    const first = await startAgent()
    first.agent.setDesired([given(before, serviceOf(FOREVER))], true)
    await first.reaches(`shop.web.0.${before}`, 'running')
    first.agent.setDesired([given(after, serviceOf(FOREVER))], true)
    await first.reaches(`shop.web.0.${after}`, 'running')
    await first.agent.stop()
    const second = await startAgent()
    second.agent.setDesired([given(late, serviceOf(FOREVER))], true)
    assert.equal((await second.reaches(`shop.web.0.${late}`, 'rejected')).problem?.code, 'tokenStale')
  })

  it('starts again after a restart of the daemon what ended with it, even without a majority', async () => {
    const first = await startAgent()
    first.agent.setDesired([given(7, serviceOf(FOREVER))], true)
    await first.reaches('shop.web.0.7', 'running')
    await first.agent.stop()
    const second = await startAgent()
    second.agent.setDesired([given(7, serviceOf(FOREVER))], false)
    await second.reaches('shop.web.0.7', 'running')
  })

  it('does not try again after a restart what it had given up', async () => {
    const first = await startAgent()
    first.agent.setDesired([given(7, sh('exit 1', { restart: 'no' }))], true)
    await first.reaches('shop.web.0.7', 'failed')
    await first.agent.stop()
    const second = await startAgent()
    second.agent.setDesired([given(7, sh('exit 1', { restart: 'no' }))], true)
    await second.reaches('shop.web.0.7', 'failed')
    assert.deepEqual(second.told, ['shop.web.0.7 failed'])
  })
})
