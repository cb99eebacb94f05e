/** A published port on real daemons: answered by each of them, while its service runs, moves and goes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { PublishedPorts } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { allAlive, settledVoters } from '../support/mesh-views.ts'
import { apply, deploy, PROCESSES_ONLY, runningOn, sleeper, spreadsOver } from '../support/task-views.ts'

const PROJECT = 'e2e-ports'

/** Says which task it is to whoever connects, and repeats what it hears until its end. */
const PROGRAM = `
require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.write(process.env.SAYING + ' ' + process.env.COTERIE_TASK + '\\n')
  socket.pipe(socket)
}).listen(process.env.PORT, '127.0.0.1')`

describe('a published port on three daemons', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let published: number

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    await allAlive(mesh, 3)
    published = await freePort()
  })
  after(() => daemons.close())

  const web = (replicas: number, saying = 'first'): ServiceSpec => ({
    ...sleeper(PROJECT, 'web', { replicas, saying }),
    ports: [{ target: 80, published, protocol: 'tcp', mode: 'ingress' }],
    process: { command: ['node', '-e', PROGRAM] },
    updateConfig: { delayMs: 0, monitorMs: 0 },
  })
  const open = async (daemon: RunningDaemon, port = published) => {
    const socket = connect({ host: daemon.publishAddress, port, allowHalfOpen: true })
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  const ask = async (daemon: RunningDaemon) => {
    const socket = await open(daemon)
    socket.end('over')
    return text(socket)
  }
  const portsOf = async (daemon: RunningDaemon) => ((await daemon.get('/v1/ports')) as PublishedPorts).ports
  const at = (index: number) => mesh[index] as RunningDaemon

  it('is answered by each of them, wherever the task runs', async () => {
    await deploy(at(0), web(1))
    const [task] = await runningOn(mesh, web(1))
    for (const daemon of mesh)
      await eventually(`${daemon.name} answers`, async () => {
        const said = await ask(daemon)
        return said === `first ${task?.task}\nover`
      })
  })

  it('goes to the replica of the node that is asked', async () => {
    await spreadsOver(mesh, web(3))
    await deploy(at(1), web(3))
    const tasks = await runningOn(mesh, web(3))
    assert.equal(new Set(tasks.map(({ node }) => node)).size, 3)
    for (const daemon of mesh)
      await eventually(`${daemon.name} has its own`, async () => {
        const own = tasks.find(({ node }) => node === daemon.ready.node.id)
        return (await ask(daemon)).includes(` ${own?.task}\n`)
      })
  })

  it('is refused to another service, and to a daemon’s own port, in the plan', async () => {
    const other = { ...web(1), name: 'other' }
    const planned = (spec: ServiceSpec) => at(2).post('/v1/plan', { project: PROJECT, specs: [spec] })
    await assert.rejects(planned(other), /publishedPortTaken.*web publishes already/s)
    const [port] = other.ports
    assert(port !== undefined)
    const api = { ...other, ports: [{ ...port, published: at(2).ready.apiPort }] }
    await assert.rejects(planned(api), /publishedPortReserved.*for the API/s)
  })

  it('loses no connection while its service is updated', async () => {
    const held = await open(at(0))
    held.on('end', () => held.end())
    held.write('before')
    await once(held, 'data')
    let failures = 0
    let answers = 0
    const asking = new AbortController()
    const client = async (daemon: RunningDaemon) => {
      while (!asking.signal.aborted)
        await ask(daemon).then(
          (said) => {
            answers += 1
            failures += said.endsWith('over') ? 0 : 1
          },
          () => {
            failures += 1
          },
        )
    }
    const clients = mesh.map(client)
    try {
      await deploy(at(0), web(3, 'second'))
      await runningOn(mesh, web(3))
      await eventually('all say the new word', async () => {
        const said = await Promise.all(mesh.map(ask))
        return said.every((line) => line.startsWith('second'))
      })
    } finally {
      asking.abort()
      await Promise.all(clients)
      held.destroy()
    }
    assert.equal(failures, 0, `${failures} of ${answers} were not answered`)
  })

  it('that another program holds on one of them is told by all, and answered once it is free', async () => {
    const port = await freePort()
    const holder = createServer().listen(port, at(1).publishAddress)
    await once(holder, 'listening')
    await apply(at(0), PROJECT, {
      specs: [{ ...web(1), ports: [{ ...web(1).ports[0], published: port } as never] }],
    })
    const heldOn = async (daemon: RunningDaemon) =>
      (await portsOf(daemon))
        .find((each) => each.port === port)
        ?.held.map(({ name }) => name)
        .join()
    for (const daemon of mesh) await eventually('it is told', async () => (await heldOn(daemon)) === 'cellar')
    holder.close()
    for (const daemon of mesh) await eventually('it is answered', async () => (await heldOn(daemon)) === '')
  })

  it('is answered by nobody once its service is gone', async () => {
    await apply(at(2), PROJECT, { remove: ['web'] })
    await eventually('all refuse', async () => {
      const answered = await Promise.all(
        mesh.map((daemon) =>
          open(daemon).then(
            (socket) => !!socket.destroy(),
            () => false,
          ),
        ),
      )
      return answered.every((is) => !is)
    })
  })
})
