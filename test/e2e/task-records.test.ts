/** What ran on two real daemons, asked of the other one by the command line. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { EndedTaskList } from '../../protocols/control/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { apply, deploy, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const CLI = fileURLToPath(new URL('../../cli/coterie.js', import.meta.url))
const PROJECT = 'e2e-records'
const run = promisify(execFile)

describe('tasks that ended', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar')
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  const coterie = async (daemon: RunningDaemon, ...args: string[]): Promise<string> => {
    const env = { ...process.env, NO_COLOR: '1' }
    return (await run(process.execPath, [CLI, ...args, '--data-dir', daemon.dataDir], { env })).stdout
  }
  const endedAt = async (daemon: RunningDaemon) =>
    ((await daemon.get(`/v1/tasks/ended?project=${PROJECT}`)) as EndedTaskList).ended

  it('are listed on every node, with how they ended, also after a restart', async () => {
    const failing = {
      ...sleeper(PROJECT, 'once'),
      restart: 'no' as const,
      process: { command: ['sh', '-c', 'exit 3'] },
    }
    await deploy(at(0), failing)
    const service = sleeper(PROJECT, 'web')
    await deploy(at(1), service)
    await runningOn(mesh, service)
    await apply(at(0), PROJECT, { remove: ['web'] })
    for (const daemon of mesh)
      await eventually(`${daemon.name} knows of both`, async () => {
        const ends = new Set((await endedAt(daemon)).map(({ end }) => end))
        return ends.has('failed') && ends.has('stopped')
      })
    const failed = (await endedAt(at(1))).find(({ end }) => end === 'failed')
    assert.deepEqual([failed?.exitCode, failed?.problem?.code], [3, 'taskEnded'])

    const shown = await coterie(at(1), 'ps', '--all', `${PROJECT}/web`, '--since', '1h')
    assert.match(
      shown,
      /^SERVICE +SLOT +END +EXIT +NODE +RAN +ENDED AGO +REASON\ne2e-records\/web +0 +stopped +- +/,
    )
    assert.match(await coterie(at(0), 'project', 'ls'), /^e2e-records +yes +it (votes|is a full node) +\d/m)

    await at(1).end('SIGKILL')
    const again = await daemons.start({ name: 'cellar' })
    const { ended } = JSON.parse(await coterie(again, 'ps', '--all', '--json')) as EndedTaskList
    assert.ok(ended.some(({ task }) => task === failed?.task))
  })

  it('are refused in words where they cannot be asked for', async () => {
    const refused = (...args: string[]) =>
      coterie(at(0), ...args).then(
        () => '',
        ({ stderr }: { readonly stderr: string }) => stderr,
      )
    assert.match(await refused('ps', '--all', '--project', 'nowhere'), /there never was a project nowhere/)
    assert.match(await refused('ps', '--all', '--since', 'soon'), /--since takes an age such as 2d/)
    assert.match(await refused('ps', '--since', '2d'), /go with --all/)
    assert.match(await refused('project', 'unlink', PROJECT), /it votes/)
  })
})
