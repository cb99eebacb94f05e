/** Three hosts with a network and a Docker engine each, as close to three machines as one machine comes. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Task } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { specOf } from '../support/compose-files.ts'
import { createDaemons, type RunningDaemon } from '../support/daemons.ts'
import { createEngines, type HostEngine } from '../support/engines.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import { createLan, type Host } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'
import { deploy, runningOn, tasksOf } from '../support/task-views.ts'

const run = promisify(execFile)

const compose = (image: string, name: string, port: number, replicas: number) => `
name: e2e-engines
services:
  ${name}:
    image: ${image}
    command:
      - sh
      - -c
      - |
        echo "$$COTERIE_TASK" >/tmp/index.html
        exec httpd -f -p 80 -h /tmp
    ports: [{target: 80, published: ${port}, mode: host}]
    deploy: {replicas: ${replicas}}
`

describe('three hosts with an engine each', function () {
  this.timeout(90_000)
  const ends: (() => Promise<unknown>)[] = []
  let hosts: readonly Host[]
  let engines: readonly HostEngine[]
  let mesh: RunningDaemon[]
  let web: ServiceSpec
  let everywhere: ServiceSpec

  before(async function () {
    requires(this, 'docker', 'netns')
    const lan = await createLan(3)
    ends.push(lan.remove)
    hosts = lan.hosts
    const made = await createEngines(hosts)
    ends.push(made.remove)
    engines = made.engines
    web = specOf(compose(made.image, 'web', 8080, 1))
    everywhere = specOf(compose(made.image, 'everywhere', 8081, 3))
    const daemons = await createDaemons()
    ends.push(daemons.close)
    const start = (place: number, more: { found: boolean } | { token: string; flags: string[] }) => {
      const { within, address } = hosts[place] as Host
      const env = { COTERIE_DOCKER_SOCKET: engines[place]?.socketPath as string }
      return daemons.start({ name: `host-${place}`, within, env, listen: `/ip4/${address}/tcp/0`, ...more })
    }
    const founder = await start(0, { found: true })
    const token = await founder.invite()
    const flags = ['--at', founder.ready.addresses[0] as string]
    mesh = [founder, ...(await Promise.all([1, 2].map((place) => start(place, { token, flags }))))]
    await settledVoters(mesh, 3)
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })

  const placeOf = (node: string) => mesh.findIndex(({ ready }) => ready.node.id === node)
  const but = (place: number) => mesh.filter((_, other) => other !== place)
  /** The page that a host serves at a published port, as the next host gets it over the network. */
  const pageOf = async (place: number, port: number) => {
    const [command, ...args] = (hosts[(place + 1) % 3] as Host).within as [string, ...string[]]
    const url = `http://${hosts[place]?.address}:${port}/`
    return (await run(command, [...args, 'busybox', 'wget', '-qO-', url])).stdout
  }
  const containersAt = (place: number, { task }: Pick<Task, 'task'>) =>
    (engines[place] as HostEngine).docker('ps', '--quiet', '--filter', `label=coterie.task=${task}`)
  /** Resolves with the one task of web that is left: the mesh names it, its host serves it, no other container is there. */
  const onlyWeb = () =>
    eventually('one web is left, and answers', async () => {
      const [task] = (await runningOn(mesh, web)) as [Task]
      const page = await pageOf(placeOf(task.node), 8080)
      const filter = ['--filter', `name=${web.project}.${web.name}`, '--format', '{{.Label "coterie.task"}}']
      const containers = await Promise.all(engines.map((engine) => engine.docker('ps', ...filter)))
      return (
        page === `${task.task}\n` && containers.filter((names) => names !== '').join() === task.task && task
      )
    })

  it('run a compose file: its published port is open on the host that runs it', async () => {
    await deploy(mesh[2] as RunningDaemon, web)
    await onlyWeb()
    await deploy(mesh[0] as RunningDaemon, everywhere)
    const tasks = await runningOn(mesh, everywhere)
    assert.deepEqual(tasks.map(({ node }) => placeOf(node)).sort(), [0, 1, 2])
  })

  it('lose one by a cut cable: what it ran runs elsewhere, and it stops its own when the cable is back', async () => {
    const [old] = (await runningOn(mesh, web)) as [Task]
    const place = placeOf(old.node)
    await hosts[place]?.cut()
    const [moved] = (await runningOn(but(place), web, ([task]) => task?.task !== old.task)) as [Task]
    assert.notEqual(moved.node, old.node)
    assert.notEqual(await containersAt(place, old), '', 'a host that is cut off keeps what it runs')
    await hosts[place]?.heal()
    await onlyWeb()
    assert.equal(await containersAt(place, old), '')
  })

  it('lose the one that leads: another leads, a port that is taken everywhere else is waited for', async () => {
    await allAlive(mesh, 3)
    const leader = byId(mesh, await agreedLeader(mesh))
    const place = mesh.indexOf(leader)
    const before = await runningOn(mesh, everywhere)
    const lost = before.find(({ node }) => node === leader.ready.node.id) as Task
    await hosts[place]?.cut()
    await agreedLeader(but(place), leader.ready.node.id)
    await runningOn(but(place), web, ([task]) => task?.node !== lost.node)
    await eventually('it is said why its slot waits', async () => {
      const { waiting } = await tasksOf(but(place)[0] as RunningDaemon)
      return waiting.some(({ slot, reason }) => slot === lost.slot && reason.includes('port 8081 is taken'))
    })
    await hosts[place]?.heal()
    await allAlive(mesh, 3)
    assert.deepEqual(await runningOn(mesh, everywhere), before)
    await runningOn(mesh, web)
  })
})
