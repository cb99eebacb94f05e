/** Two edits that were made on both sides of a cut: found, looked at and settled from the command line. */
import assert from 'node:assert/strict'
import { coterie } from '../cli/coterie.ts'
import { allSeeConflicts, conflictsOf, openConflict } from '../support/conflict-views.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { settledVoters, statusOf } from '../support/mesh-views.ts'
import { deploy, onlyPrograms, PROCESSES_ONLY, pendingOf, runningOn, sleeper } from '../support/task-views.ts'

const PROJECT = 'e2e-conflicts'

describe('conflicts', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  const saying = (text: string) => sleeper(PROJECT, 'web', { saying: text })
  const ask = (daemon: RunningDaemon, ...words: string[]) =>
    coterie(['conflicts', ...words, '--data-dir', daemon.dataDir])

  it('of edits on both sides of a cut are listed and shown on every node, and the later one runs', async () => {
    await deploy(at(0), saying('hello'))
    await runningOn(mesh, saying('hello'))
    const alone = at(2)
    const others = [at(0), at(1)]
    await Promise.all(others.map((daemon) => daemon.end('SIGKILL')))
    // The answer would come when it gives up waiting for a majority.
    deploy(alone, saying('alone')).catch(() => {})
    await eventually('it is pending', async () => (await pendingOf(alone)).length === 1)
    await alone.end('SIGKILL')
    mesh = await Promise.all(others.map(({ name }) => daemons.start({ name })))
    const [together] = (await deploy(at(0), saying('together'))).revisions
    assert.equal(together?.state, 'accepted')
    mesh = [...mesh, await daemons.start({ name: alone.name })]
    await allSeeConflicts(mesh, 1)
    const tasks = await runningOn(mesh, saying('together'), ([task]) => task?.revision === together.revision)
    await onlyPrograms(saying('together'), tasks)

    const { code, stdout } = await ask(at(1), 'ls')
    assert.equal(code, 0)
    assert.match(stdout, /e2e-conflicts\/web +shed \(api\) .*environment\.SAYING together -> alone\n$/)
    const [conflict] = await conflictsOf(at(0))
    const shown = await ask(at(2), 'show', conflict?.lost.revision.slice(0, 8) as string)
    assert.match(shown.stdout, /\n- environment\.SAYING: together\n\+ environment\.SAYING: alone\n/)
  })

  it('are settled for all by putting back what lost, and then by keeping what counts, which restarts nothing', async () => {
    const [first] = await conflictsOf(at(0))
    const reverted = await ask(at(1), 'revert', first?.lost.revision as string, '-y')
    assert.deepEqual([reverted.code, reverted.stderr], [0, ''])
    await allSeeConflicts(mesh, 0)
    const before = await runningOn(mesh, saying('alone'))
    await onlyPrograms(saying('alone'), before)
    const again = await ask(at(2), 'revert', first?.lost.revision as string, '-y')
    assert.equal(again.code, 1)
    assert.match(
      again.stderr,
      /^coterie: the conflict [0-9a-f]{12} of service\/e2e-conflicts\/web is settled by/,
    )

    const second = await openConflict(mesh, saying)
    const tasks = await runningOn(mesh, saying('either'))
    assert.equal((await ask(at(2), 'accept', second.lost.revision, '-y')).code, 0)
    await allSeeConflicts(mesh, 0)
    assert.deepEqual(await runningOn(mesh, saying('either')), tasks)
    await onlyPrograms(saying('either'), tasks)
  })

  it('and old edits are trimmed: a voter that was away catches up without their bytes', async () => {
    const away = at(2)
    await away.end('SIGKILL')
    mesh = [at(0), at(1)]
    for (let number = 0; number < 25; number++) await deploy(at(number % 2), saying(`edit ${number}`))
    const applied = async (daemon: RunningDaemon) => (await statusOf(daemon)).appliedIndex
    await eventually(
      'they are trimmed',
      () => at(0).log.join().includes('trimmed revisions were dropped') || null,
    )
    mesh = [...mesh, await daemons.start({ name: away.name })]
    await eventually('it has caught up', async () => (await applied(at(2))) >= (await applied(at(0))))
    await runningOn(mesh, saying('edit 24'))
  })
})
