/** Services from a written revision to running programs, on three real daemons that allow plain processes. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { specsOf } from '../support/compose-files.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, byId, settledVoters } from '../support/mesh-views.ts'
import {
  AT_ONCE,
  apply,
  deploy,
  logsOf,
  onlyPrograms,
  PROCESSES_ONLY,
  programsOf,
  runningOn,
  servicesOf,
  serviceTasks,
  sleeper,
  tasksOf,
} from '../support/task-views.ts'

const EXAMPLE = new URL('../../examples/hello/compose.yaml', import.meta.url)
const PROJECT = 'e2e-services'

describe('services on three daemons', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    await allAlive(mesh, 3)
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  /** The lines of a task, once it has said any: a program runs before it says something. */
  const saidBy = (daemon: RunningDaemon, task: string) =>
    eventually(`${task} says something`, async () => {
      const lines = await logsOf(daemon, task)
      return lines.length > 0 && lines.map(({ text }) => text)
    })
  const web = (replicas: number, saying = 'hello') => sleeper(PROJECT, 'web', { replicas, saying })

  it('run where any of the daemons was asked, on different machines, and all daemons tell the same', async () => {
    const { revisions } = await deploy(at(2), web(2))
    assert.deepEqual(
      revisions.map(({ state }) => state),
      ['accepted'],
    )
    const tasks = await runningOn(mesh, web(2))
    assert.equal(new Set(tasks.map(({ node }) => node)).size, 2)
    await onlyPrograms(web(2), tasks)
    for (const { reason, runtime } of tasks) {
      assert.ok(reason.length > 0)
      assert.equal(runtime, 'process')
    }
  })

  it('show the lines of a task through every daemon', async () => {
    for (const { task } of await serviceTasks(at(0), web(2))) {
      for (const daemon of mesh) {
        assert.deepEqual(await saidBy(daemon, task), [`hello from ${task}`])
      }
    }
  })

  it('are left alone by the same deployment once more', async () => {
    const before = await runningOn(mesh, web(2))
    const { revisions } = await deploy(at(1), web(2))
    assert.deepEqual(
      revisions.map(({ state }) => state),
      ['unchanged'],
    )
    assert.deepEqual(await serviceTasks(at(1), web(2)), before)
  })

  it('gain a replica on the third machine, and lose only what is too much', async () => {
    await deploy(at(0), web(3))
    const three = await runningOn(mesh, web(3))
    assert.equal(new Set(three.map(({ node }) => node)).size, 3)
    await deploy(at(1), web(1))
    await onlyPrograms(web(1), await runningOn(mesh, web(1)))
    await deploy(at(2), web(3))
    await onlyPrograms(web(3), await runningOn(mesh, web(3)))
  })

  it('are updated slot by slot: as the leader sees it, two of three run at any moment', async () => {
    const leader = byId(mesh, await agreedLeader(mesh))
    const oneByOne = { ...AT_ONCE, parallelism: 1 }
    const { revisions } = await deploy(at(1), { ...web(3, 'bonjour'), updateConfig: oneByOne })
    const head = revisions[0]?.revision
    let fewest = 3
    await eventually('all slots have the new revision', async () => {
      const tasks = await serviceTasks(leader, web(3))
      fewest = Math.min(fewest, tasks.filter(({ state }) => state === 'running').length)
      return tasks.every(({ revision, state }) => revision === head && state === 'running')
    })
    assert.ok(fewest >= 2)
    const updated = await runningOn(mesh, web(3))
    await onlyPrograms(web(3), updated)
    const [line = ''] = await saidBy(at(0), updated[0]?.task as string)
    assert.match(line, /^bonjour/)
  })

  it('are gone when they are removed, and leave nothing behind', async () => {
    await apply(at(0), PROJECT, { remove: ['web'] })
    await onlyPrograms(web(0), [])
    for (const daemon of mesh) {
      await eventually('no task is left', async () => (await tasksOf(daemon)).tasks.length === 0)
      assert.deepEqual(await servicesOf(daemon), [])
      const left = () => readdir(join(daemon.dataDir, 'tasks'))
      await eventually('no directory of a task is left', async () => (await left()).length === 0)
    }
    assert.deepEqual(await programsOf(web(0)), [])
  })

  it('of the example answer what they are asked, and say who answers', async () => {
    const specs = specsOf(await readFile(EXAMPLE, 'utf8'))
    await apply(at(0), specs[0]?.project as string, { specs })
    for (const spec of specs) {
      for (const { task, ports } of await runningOn(mesh, spec)) {
        const url = `http://${ports[0]?.host}:${ports[0]?.port}/`
        const page = await eventually('it answers', async () => (await fetch(url)).text())
        assert.ok(page.includes(task), page)
        const echo = await fetch(url, { method: 'POST', body: 'good morning' })
        assert.equal(await echo.text(), 'good morning')
      }
    }
  })
})
