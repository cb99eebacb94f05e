/**
 * An exclusive service on real daemons with real watchdogs: the machine that runs it stands still, and it is ended there before
 * it begins elsewhere. The witness is the task itself, which writes its fencing token and the time of the machine.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import { deploy, PROCESSES_ONLY, runningOn, serviceTasks } from '../support/task-views.ts'
import { createWatchedDaemons, type WatchedDaemons } from '../support/watched-daemons.ts'

const SCRIPT = `while :; do
  read -r uptime idle < /proc/uptime
  echo "$COTERIE_FENCING_TOKEN $uptime" >> "$WITNESS"
  sleep 0.05
done`

interface Line {
  readonly token: number
  readonly atS: number
}

describe('an exclusive service on three daemons', function () {
  this.timeout(120_000)
  let daemons: WatchedDaemons
  let mesh: RunningDaemon[]
  let witness: string
  let spec: ServiceSpec

  const lines = async (): Promise<Line[]> =>
    (await readFile(witness, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [token, atS] = line.split(' ')
        return { token: Number(token), atS: Number(atS) }
      })

  before(async () => {
    daemons = await createWatchedDaemons(PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    witness = join(daemons.path, 'witness')
    spec = {
      kind: 'service',
      name: 'ledger',
      project: 'shop',
      image: null,
      command: null,
      environment: { WITNESS: witness },
      ports: [],
      replicas: 1,
      restart: 'unless-stopped',
      process: { command: ['sh', '-c', SCRIPT] },
      exclusive: true,
    }
  })
  after(() => daemons?.close())

  it('runs where a watchdog guards it', async () => {
    await deploy(mesh[0] as RunningDaemon, spec)
    const [task] = await runningOn(mesh, spec)
    await eventually('it writes', async () => (await lines().catch(() => [])).length > 0)
    const guarded = await daemons.watchdogOf(byId(mesh, task?.node ?? '')).guarded()
    assert.deepEqual(
      guarded.map((guard) => guard.task),
      [task?.task],
    )
  })

  it('is ended on a machine whose daemon stands still before it begins on another', async () => {
    const [before] = await runningOn(mesh, spec)
    const stopped = byId(mesh, before?.node ?? '')
    const others = mesh.filter((daemon) => daemon !== stopped)
    stopped.process.kill('SIGSTOP')
    const [after] = await eventually(
      'it runs on another machine',
      async () => {
        const tasks = await serviceTasks(others[0] as RunningDaemon, spec)
        return tasks[0]?.node !== before?.node && tasks[0]?.state === 'running' ? tasks : null
      },
      60_000,
    )
    stopped.process.kill('SIGCONT')
    await runningOn(mesh, spec)
    const told = await lines()
    const tokens = [...new Set(told.map(({ token }) => token))]
    assert.equal(tokens.length, 2, 'one task before, one after')
    const [former, latter] = tokens as [number, number]
    assert.ok(latter > former)
    const last = Math.max(...told.filter(({ token }) => token === former).map(({ atS }) => atS))
    const first = Math.min(...told.filter(({ token }) => token === latter).map(({ atS }) => atS))
    assert.ok(last < first, `${before?.task} wrote at ${last}, ${after?.task} already at ${first}`)
  })
})
