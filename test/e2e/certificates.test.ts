/** The root of a mesh of real daemons: taken away, brought back, used, and what becomes of leaves while everybody sleeps. */
import assert from 'node:assert/strict'
import type { Issuers, Root, SealedRoot } from '../../protocols/control/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, caughtUp, settledVoters } from '../support/mesh-views.ts'
import { PROCESSES_ONLY } from '../support/task-views.ts'

const PASSPHRASE = 'correct horse battery'
const HALF_A_YEAR_LATER = {
  NODE_OPTIONS: `--import=${new URL('../support/clock-ahead.ts', import.meta.url).href}`,
  CLOCK_AHEAD_MS: String(180 * 86_400_000),
}

describe("a mesh's root and its issuers", function () {
  this.timeout(60_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let shed: RunningDaemon

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    ;[attic, cellar, shed] = (await daemons.mesh('attic', 'cellar', 'shed')) as [
      RunningDaemon,
      RunningDaemon,
      RunningDaemon,
    ]
    await settledVoters([attic, cellar, shed], 3)
  })
  after(() => daemons.close())

  const rootOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/root')) as Root
  const issuersOf = async (daemon: RunningDaemon) =>
    ((await daemon.get('/v1/issuers')) as Issuers).issuers.map(({ name }) => name).sort()

  it('is the same for all, names the mesh, and has its key on the first machine alone', async () => {
    const roots = await Promise.all([attic, cellar, shed].map(rootOf))
    assert.deepEqual(
      roots.map(({ keyHere }) => keyHere),
      [true, false, false],
    )
    const [fingerprint, ...others] = new Set(roots.map((root) => root.fingerprint))
    assert.deepEqual(others, [])
    assert.equal(attic.ready.mesh.id, fingerprint?.slice(0, 16))
  })

  it('leaves its machine sealed, and makes an issuer where it is brought to', async () => {
    const { sealed } = (await attic.post('/v1/root/export', { passphrase: PASSPHRASE })) as SealedRoot
    await attic.post('/v1/root/forget', { sealed, passphrase: PASSPHRASE })
    await assert.rejects(attic.post('/v1/issuers/cellar/grant', {}), /rootKeyUnavailable/)
    await assert.rejects(
      shed.post('/v1/root/import', { sealed, passphrase: 'a wrong passphrase' }),
      /rootKeyUnavailable/,
    )
    await shed.post('/v1/root/import', { sealed, passphrase: PASSPHRASE })
    await shed.post('/v1/issuers/cellar/grant', {})
    await eventually('all know two issuers', async () =>
      (await Promise.all([attic, cellar, shed].map(issuersOf))).every(
        (names) => names.join() === 'attic,cellar',
      ),
    )
  })

  it('renews all that ended while every machine was off, also without its founder', async () => {
    await caughtUp([attic, cellar, shed])
    assert.deepEqual(
      await Promise.all([attic, cellar, shed].map((daemon) => daemon.end('SIGTERM'))),
      [0, 0, 0],
    )
    const again = (name: string) => daemons.start({ name, env: HALF_A_YEAR_LATER })
    ;[cellar, shed] = (await Promise.all(['cellar', 'shed'].map(again))) as [RunningDaemon, RunningDaemon]
    await allAlive([cellar, shed], 2)
    attic = await again('attic')
    await allAlive([attic, cellar, shed], 3)
  })

  it('lets one issuer be revoked, whose machine stays a member', async () => {
    await shed.post('/v1/issuers/attic/revoke', {})
    await eventually('all know one issuer', async () =>
      (await Promise.all([attic, cellar, shed].map(issuersOf))).every((names) => names.join() === 'cellar'),
    )
    await assert.rejects(shed.post('/v1/issuers/cellar/revoke', {}), /last issuer/)
    await eventually(
      'attic has certificates of cellar',
      () => attic.log.filter((line) => line.includes('"msg":"new certificates"')).length > 1,
    )
    await allAlive([attic, cellar, shed], 3)
  })

  it('lets an issuer have another key, and all renew while they are connected', async () => {
    await shed.post('/v1/issuers/cellar/rotate', {})
    await allAlive([attic, cellar, shed], 3)
    assert.deepEqual(await issuersOf(attic), ['cellar'])
  })
})
