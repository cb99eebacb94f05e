/**
 * An exclusive service as a container, on real daemons with real watchdogs beside one real engine. The daemon that runs it is killed,
 * or stands still, and only its watchdog is left to end the container before another machine begins one. The witness is the
 * container: it writes its fencing token and the time of the machine, from its first moment to its last.
 */
import assert from 'node:assert/strict'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { specOf } from '../support/compose-files.ts'
import type { RunningDaemon } from '../support/daemons.ts'
import { containersLabelled, createTestImage, docker, removeContainers } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'
import { deploy, runningOn, serviceTasks } from '../support/task-views.ts'
import { createWatchedDaemons, type WatchedDaemons } from '../support/watched-daemons.ts'

/** It hears no request to stop: what ends it is a kill. */
const COMPOSE = (image: string) => `
name: e2e-exclusive
services:
  ledger:
    image: ${image}
    x-coterie: {exclusive: true}
    command:
      - sh
      - -c
      - |
        trap '' TERM
        while :; do
          read -r uptime idle < /proc/uptime
          echo "$$COTERIE_FENCING_TOKEN $$uptime"
          sleep 0.05
        done
`

/** What a container wrote of itself. */
interface Life {
  readonly token: number
  readonly firstS: number
  readonly lastS: number
}

describe('an exclusive container on three daemons', function () {
  this.timeout(120_000)
  const ends: (() => Promise<unknown>)[] = []
  let daemons: WatchedDaemons
  let mesh: RunningDaemon[]
  let spec: ServiceSpec

  before(async function () {
    requires(this, 'docker', 'root')
    const image = await createTestImage()
    ends.push(image.remove)
    daemons = await createWatchedDaemons({})
    ends.push(daemons.close)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    ends.splice(-1, 0, () => removeContainers(`coterie.mesh=${mesh[0]?.ready.mesh.id}`))
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    spec = specOf(COMPOSE(image.name))
    await deploy(mesh[0] as RunningDaemon, spec)
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })

  /** While the daemon that ran it cannot remove it, its engine still has what it wrote. */
  const lifeOf = async (task: string): Promise<Life> => {
    const [container] = await containersLabelled(`coterie.task=${task}`)
    const lines = (await docker('logs', container as string)).split('\n').map((line) => line.split(' '))
    const times = lines.map(([, uptime]) => Number(uptime))
    return { token: Number(lines[0]?.[0]), firstS: Math.min(...times), lastS: Math.max(...times) }
  }
  const isRunning = async (task: string): Promise<boolean> => {
    const [container] = await containersLabelled(`coterie.task=${task}`)
    return (await docker('inspect', '--format', '{{.State.Running}}', container as string)) === 'true'
  }

  /** The executor's daemon is out of action: its container is ended before another one begins. */
  const movesAway = async (executor: RunningDaemon, stop: () => Promise<unknown>) => {
    const [before] = await runningOn(mesh, spec)
    const former = before?.task as string
    const [other] = mesh.filter((daemon) => daemon !== executor)
    await stop()
    const latter = await eventually(
      'it runs on another machine',
      async () => {
        const [task] = await serviceTasks(other as RunningDaemon, spec)
        return task?.node !== before?.node && task?.state === 'running' ? task.task : null
      },
      60_000,
    )
    assert.equal(await isRunning(former), false)
    const [first, second] = [await lifeOf(former), await lifeOf(latter)]
    assert.ok(second.token > first.token)
    assert.ok(first.lastS < second.firstS, `${former}: ${first.lastS}, ${latter}: ${second.firstS}`)
  }
  const executorOf = async () => byId(mesh, (await runningOn(mesh, spec))[0]?.node ?? '')

  it('is ended by the watchdog of a daemon that stands still, and begins elsewhere only then', async () => {
    const executor = await executorOf()
    await movesAway(executor, async () => executor.process.kill('SIGSTOP'))
    executor.process.kill('SIGCONT')
    await runningOn(mesh, spec)
  })

  it('is ended by the watchdog of a daemon that was killed, and begins elsewhere only then', async () => {
    const executor = await executorOf()
    await movesAway(executor, () => executor.end('SIGKILL'))
  })
})
