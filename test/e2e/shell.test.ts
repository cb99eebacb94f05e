/** A service from the shell, on real daemons: deployed by two at once, changed, brought back, looked at, read while it moves, and removed. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coterie, outcomeOf, startCoterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { settledVoters } from '../support/mesh-views.ts'
import { PROCESSES_ONLY, programsOf, servicesOf, sleeper, spreadsOver } from '../support/task-views.ts'

const WEB = { project: 'e2e-shell', name: 'web' }
const compose = (saying: string) => `name: e2e-shell
services:
  web:
    x-coterie: {process: {command: [sh, -c, 'echo "$$SAYING"; exec sleep 100000']}}
    environment: {SAYING: ${saying}}
    deploy: {update_config: {parallelism: 0, delay: 0s, monitor: 1s}}
`

describe('a service from the shell', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    await spreadsOver(mesh, sleeper(WEB.project, WEB.name, { replicas: 3 }))
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  const on = (index: number, ...words: string[]) => coterie([...words, '--data-dir', at(index).dataDir])
  const done = async (index: number, ...words: string[]) => {
    const outcome = await on(index, ...words)
    assert.equal(outcome.code, 0, `${words.join(' ')}: ${outcome.stdout}${outcome.stderr}`)
    return outcome.stdout
  }

  it('that two people deploy at once is one of both, and the other edit is kept and shown', async () => {
    const file = async (saying: string) => {
      const path = join(daemons.path, `${saying}.yaml`)
      await writeFile(path, compose(saying))
      return path
    }
    assert.match(
      await done(0, 'deploy', '-f', await file('hello'), '-y'),
      /e2e-shell is deployed: one slot runs\.\n$/,
    )
    const [head] = await servicesOf(at(0))
    const files = [await file('one'), await file('two')]
    const both = await Promise.all(
      files.map((path, index) => on(index, 'deploy', '-f', path, '-y', '--json', '--timeout', '20')),
    )
    const reports = both.map(({ stdout }) => JSON.parse(stdout))
    const outcomes = reports.map(({ outcome }) => outcome)
    assert.ok(outcomes.includes('up') || outcomes.includes('superseded'), outcomes.join())
    const seenBy = reports.map(({ changes }) => changes[0].head)
    const [service] = await servicesOf(at(2))
    // Whoever planned after the other's edit saw it, and succeeds it.
    assert.equal(service?.conflicts, seenBy.every((each) => each === head?.revision) ? 1 : 0)
  })

  it('is scaled, updated, brought back, restarted and stopped; history and explain tell of it on any machine', async () => {
    assert.match(await done(1, 'scale', 'web=3', '-y'), /Scaled e2e-shell\/web to 3: 3 slots run\.\n$/)
    assert.match(
      await done(0, 'update', 'web', '--env', 'LEVEL=debug', '-y'),
      /environment\.LEVEL +none -> debug/,
    )
    const [newest, before] = (await done(2, 'history', 'web', '-q')).trim().split('\n')
    assert.match(
      await done(2, 'history', 'web'),
      new RegExp(`^${newest?.slice(0, 12)}\\* .*LEVEL none -> debug$`, 'm'),
    )
    assert.match(
      await done(2, 'rollback', 'web', '-y'),
      new RegExp(`Rolled e2e-shell/web back to ${before?.slice(0, 12)}: 3 slots run`),
    )
    assert.match((await on(1, 'rollback', 'web', 'ffff')).stderr, /has no one revision ffff/)
    assert.match(await done(0, 'restart', 'web', '-y'), /restarts +none -> 1/)
    const explained = await done(1, 'explain', 'web')
    assert.match(explained, /^e2e-shell\/web \d +(attic|cellar|shed) +\w+.*best fit/m)
    assert.match(explained, /^(attic|cellar|shed) +1 +1 +\d+ +it would be taken$/m)
    assert.match(await done(1, 'stop', 'web', '-y'), /Start again with: coterie scale e2e-shell\/web=3\n$/)
    assert.deepEqual(await programsOf(WEB), [])
    await done(0, 'scale', 'web=1', '-y')
  })

  it('is read on where it goes, and is over with the service', async () => {
    const child = startCoterie(['logs', 'web', '-f', '--data-dir', at(0).dataDir])
    let lines = ''
    child.stdout.on('data', (chunk) => {
      lines += chunk
    })
    const outcome = outcomeOf(child)
    await eventually('its first line', () => /^\d@\w+ \| /m.test(lines))
    await done(0, 'update', 'web', '--env', 'SAYING=moved', '-y')
    await eventually('a line of its next task', () => /^\d@\w+ \| moved$/m.test(lines))
    const gone = await done(1, 'down', WEB.project, '-y')
    assert.match(gone, /^- e2e-shell\/web {2}remove\n(.*\n)*Removed e2e-shell\/web\.\n$/)
    assert.equal((await outcome).code, 0)
    assert.deepEqual(await servicesOf(at(2)), [])
  })
})
