/** Three machines, updated one after the other while people go on writing. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Conflict } from '../../protocols/control/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import { allSeeConflicts, conflictsOf, openConflict } from '../support/conflict-views.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, caughtUp, settledVoters, statusOf } from '../support/mesh-views.ts'
import {
  apply,
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  runningOn,
  servicesOf,
  sleeper,
} from '../support/task-views.ts'

const PROJECT = 'e2e-upgrade'
const WRITE_MS = 50

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const { COTERIE_PREVIOUS } = process.env
/** Of an older coterie where one is given, else of this one with the range of the version before. */
const PREVIOUS =
  COTERIE_PREVIOUS === undefined
    ? [process.execPath, '--import', pathOf('../support/previous-version.ts'), pathOf('../../cli/coterie.js')]
    : [process.execPath, COTERIE_PREVIOUS]

/** As the version before knows services. */
const oldSleeper = (...given: Parameters<typeof sleeper>): ServiceSpec => {
  const { updateConfig: _, ...spec } = sleeper(...given)
  return spec
}

describe('an upgrade of a mesh, machine by machine', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  const trio = oldSleeper(PROJECT, 'trio', { replicas: 3 })
  /** Objects whose write was accepted, as people were told. */
  const accepted: string[] = []
  let writing: Promise<void>
  let isOver = false

  const at = (index: number) => mesh[index] as RunningDaemon
  const versionOf = async (daemon: RunningDaemon) => (await statusOf(daemon)).meshVersion
  const saying = (text: string) => oldSleeper(PROJECT, 'web', { replicas: 0, saying: text })
  const accept = (daemon: RunningDaemon, { lost }: Conflict) =>
    daemon.post(`/v1/conflicts/${lost.revision}/accept`, {})

  const write = async () => {
    for (let number = 0; !isOver; number++) {
      const name = `diary-${number}`
      // Whoever writes on a machine that is just restarted is told nothing, and counts on nothing.
      const told = await apply(at(number % 3), PROJECT, {
        specs: [oldSleeper(PROJECT, name, { replicas: 0 })],
      })
        .then(({ revisions }) => revisions[0]?.state)
        .catch(() => null)
      if (told === 'accepted') accepted.push(serviceKey(PROJECT, name))
      await pause(WRITE_MS)
    }
  }

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    const first = await daemons.start({ name: 'attic', found: true, cli: PREVIOUS })
    const flags = ['--at', first.ready.addresses[0] as string]
    const token = await first.invite()
    const others = ['cellar', 'shed'].map((name) => daemons.start({ name, token, flags, cli: PREVIOUS }))
    mesh = [first, ...(await Promise.all(others))]
    await settledVoters(mesh, 3)
    await deploy(first, trio)
    writing = write()
  })
  after(async () => {
    isOver = true
    await writing
    await daemons.close()
  })

  const update = async (index: number) => {
    const old = at(index)
    await old.end('SIGTERM')
    const updated = await daemons.start({ name: old.name })
    mesh = mesh.map((daemon, other) => (other === index ? updated : daemon))
    await allAlive(mesh, 3)
  }

  it('raises the mesh version with the last machine, not before, and everything runs on', async () => {
    await runningOn(mesh, trio)
    const names = mesh.map(({ name }) => name)
    for (const index of [0, 1]) {
      await update(index)
      await eventually('the others are waited for', async () => {
        const { present, waitsFor } = await versionOf(at(index))
        assert.equal(present, 1)
        return waitsFor.toSorted().join() === names.slice(index + 1).join()
      })
    }
    await assert.rejects(accept(at(0), await openConflict(mesh, saying)), /meshVersionNeeded/)
    await update(2)
    await eventually('all are at version 2', async () =>
      (await Promise.all(mesh.map(versionOf))).every(
        ({ present, waitsFor, halt }) => present === 2 && waitsFor.length === 0 && halt === null,
      ),
    )
    await onlyPrograms(trio, await runningOn(mesh, trio))
  })

  it('lets what is new be used then', async () => {
    await caughtUp(mesh)
    const conflicts = await conflictsOf(at(1))
    assert.ok(conflicts.length > 0)
    for (const conflict of conflicts) await accept(at(1), conflict)
    await allSeeConflicts(mesh, 0)
  })

  it('loses no write that was accepted', async () => {
    isOver = true
    await writing
    assert.ok(accepted.length > 20, `${accepted.length} were accepted`)
    await eventually('all of them are everywhere', async () => {
      const views = await Promise.all(mesh.map(servicesOf))
      return views.every((services) => {
        const known = new Set(services.map(({ object }) => object))
        return accepted.every((object) => known.has(object))
      })
    })
  })

  it('is not undone by a machine that goes back: it follows no further, and reads on with the present version', async function () {
    if (COTERIE_PREVIOUS !== undefined) this.skip()
    const present = at(2)
    await present.end('SIGTERM')
    const halted = await daemons.start({ name: present.name, cli: PREVIOUS })
    mesh = [at(0), at(1), halted]
    await eventually('it stops following, and says so', async () => (await versionOf(halted)).halt !== null)
    await update(2)
    await eventually('it reads on', async () => (await versionOf(at(2))).present === 2)
    assert.equal((await versionOf(at(2))).halt, null)
  })
})
