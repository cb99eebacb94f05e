/** Compose files on three daemons of one Docker engine, each of which sees only its own containers. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { specOf } from '../support/compose-files.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import {
  containersLabelled,
  createTestImage,
  docker,
  removeContainers,
  type TestImage,
} from '../support/engine.ts'
import { createEngineWire, type EngineWire } from '../support/engine-wire.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, settledVoters } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'
import { apply, deploy, logsOf, runningOn, servicesOf, serviceTasks, tasksOf } from '../support/task-views.ts'

const PROJECT = 'e2e-docker'

describe('containers on three daemons', function () {
  this.timeout(60_000)
  const ends: (() => Promise<unknown>)[] = []
  let image: TestImage
  let wire: EngineWire
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let label: string

  before(async function () {
    requires(this, 'docker')
    image = await createTestImage()
    ends.push(image.remove)
    const scratch = await scratchDir()
    ends.push(scratch.remove)
    const socket = join(scratch.path, 'engine.sock')
    wire = createEngineWire(socket)
    ends.push(wire.cut)
    await wire.join()
    daemons = await createDaemons(undefined, { COTERIE_DOCKER_SOCKET: socket })
    ends.push(daemons.close)
    const founder = await daemons.start({ name: 'attic', found: true })
    label = `coterie.mesh=${founder.ready.mesh.id}`
    ends.splice(-1, 0, () => removeContainers(label))
    const at = ['--at', founder.ready.addresses[0] as string]
    const token = await founder.invite()
    const join2 = ['cellar', 'shed'].map((name) => daemons.start({ name, token, flags: at }))
    mesh = [founder, ...(await Promise.all(join2))]
    await settledVoters(mesh, 3)
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })

  const at = (index: number) => mesh[index] as RunningDaemon
  const compose = (name: string, lines: string, from = image.name) =>
    specOf(`name: ${PROJECT}\nservices:\n  ${name}:\n    image: ${from}\n${lines.replace(/^/gm, '    ')}`)
  const remove = ({ project, name }: ServiceSpec) => apply(at(0), project, { remove: [name] })
  const web = (replicas = 2) =>
    compose(
      'web',
      `
command:
  - sh
  - -c
  - |
    echo "$$COTERIE_TASK listens"
    echo "$$COTERIE_TASK" >/tmp/index.html
    exec httpd -f -p 8080 -h /tmp
ports: ["8080"]
deploy: {replicas: ${replicas}}`,
    )
  /** Id and start of each container of a task. */
  const lives = async (task: string) => {
    const ids = await containersLabelled(`coterie.task=${task}`)
    return ids.length === 0 ? '' : docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', ...ids)
  }
  const allLives = async () => {
    const tasks = await runningOn(mesh, web())
    return Promise.all(tasks.map(({ task }) => lives(task)))
  }
  const problemOf = async (spec: ServiceSpec) => (await serviceTasks(at(1), spec))[0]?.problem ?? null

  it('run what a compose file says: each replica on a machine of its own, with its port and its lines', async () => {
    await deploy(at(1), web())
    const tasks = await runningOn(mesh, web())
    assert.equal(new Set(tasks.map(({ node }) => node)).size, 2)
    for (const { task, ports, runtime } of tasks) {
      assert.equal(runtime, 'docker')
      const [port] = ports
      const answer = await eventually('it answers', () => fetch(`http://${port?.host}:${port?.port}/`))
      assert.equal(await answer.text(), `${task}\n`)
      for (const daemon of mesh)
        assert.deepEqual(
          (await logsOf(daemon, task)).map(({ text }) => text),
          [`${task} listens`],
        )
    }
    assert.equal((await containersLabelled(label)).length, 2)
  })

  it('go on while the engine cannot be spoken with, and are adopted when it answers again', async () => {
    const before = await allLives()
    await wire.cut()
    await eventually('the silence is told of each', async () => {
      const tasks = await serviceTasks(at(0), web())
      return tasks.every(({ state, problem }) => state === 'running' && problem?.code === 'engineUnreachable')
    })
    await wire.join()
    await runningOn(mesh, web(), (tasks) => tasks.every(({ problem }) => problem === null))
    assert.deepEqual(await allLives(), before)
  })

  it('go on while all daemons are killed, and are adopted when those are back', async () => {
    const before = await allLives()
    await Promise.all(mesh.map((daemon) => daemon.end('SIGKILL')))
    mesh = await Promise.all(mesh.map(({ name }) => daemons.start({ name })))
    await allAlive(mesh, 3)
    assert.deepEqual(await allLives(), before)
  })

  it('say which image cannot be had and what to do, wait for longer each time, and run once it is corrected', async () => {
    const wrong = compose('cure', 'command: sleep 1000', '127.0.0.1:1/no/such-image:1')
    await deploy(at(0), wrong)
    const waiting = await eventually('a slot that waits for its third try', async () =>
      (await tasksOf(at(0))).waiting.find(({ reason }) => reason.includes('2 times')),
    )
    assert.equal(typeof waiting.retryAtMs, 'number')
    const { problem } = await eventually('another machine knows that it was rejected', async () =>
      (await serviceTasks(at(2), wrong)).find(({ state }) => state === 'rejected'),
    )
    assert.equal(problem?.code, 'registryUnreachable')
    assert.ok(problem.message.includes('127.0.0.1:1') && problem.next.length > 0)
    const right = compose('cure', 'command: sleep 1000')
    await deploy(at(1), right)
    await runningOn(mesh, right)
    await remove(right)
  })

  it('that end at once are started again after growing pauses, and say how they ended', async () => {
    const brief = compose('brief', 'command: ["sh", "-c", "exit 3"]')
    await deploy(at(0), brief)
    const problem = await eventually('it has ended after its third start', async () => {
      const [task] = await serviceTasks(at(1), brief)
      return (task?.attempt ?? 0) >= 3 && task?.problem
    })
    assert.equal(problem.code, 'taskEnded')
    assert.match(problem.message, /3/)
    await remove(brief)
  })

  it('that may not be started again have failed, with their last lines', async () => {
    const once = compose('once', `command: ["sh", "-c", "echo the disk is gone; exit 1"]\nrestart: "no"`)
    await deploy(at(0), once)
    const task = await eventually('it has failed', async () =>
      (await serviceTasks(at(1), once)).find(({ state }) => state === 'failed'),
    )
    assert.deepEqual([task.problem?.code, task.lastLines], ['taskEnded', ['the disk is gone']])
    await remove(once)
  })

  it('wait for a published port that another program holds, and say so', async () => {
    const holder = await holdPort()
    ends.push(holder.release)
    const open = compose(
      'open',
      `command: ["httpd", "-f", "-p", "80", "-h", "/bin"]\nports: [{target: 80, published: ${holder.port}, mode: host}]`,
    )
    await deploy(at(2), open)
    const problem = await eventually('the port is told', () => problemOf(open))
    assert.equal(problem.code, 'portInUse')
    assert.ok(problem.message.includes(String(holder.port)))
    await holder.release()
    await runningOn(mesh, open)
    const answer = await eventually('it answers', () => fetch(`http://127.0.0.1:${holder.port}/sh`))
    assert.equal(answer.status, 200)
    await answer.body?.cancel()
    await remove(open)
  })

  it('are gone when their services are removed', async () => {
    await remove(web())
    await eventually('no container is left', async () => (await containersLabelled(label)).length === 0)
    for (const daemon of mesh) {
      await eventually('no task is left', async () => (await tasksOf(daemon)).tasks.length === 0)
      assert.deepEqual(await servicesOf(daemon), [])
    }
  })
})

/** A port of every address, held until it is released. */
const holdPort = async () => {
  const server: Server = createServer()
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const release = async () => {
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, release }
}
