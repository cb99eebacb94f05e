/** Machines that are let into a mesh though something about them is odd, and what they are told. */
import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, nodesOf } from '../support/mesh-views.ts'

const DAY_MS = 86_400_000

/** Variables of a daemon whose clock is ahead by so much, or behind. */
const clockAhead = (aheadMs: number) => ({
  NODE_OPTIONS: `--import=${new URL('../support/clock-ahead.ts', import.meta.url).href}`,
  CLOCK_AHEAD_MS: String(aheadMs),
})

describe('a machine that joins', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let token: string

  before(async () => {
    daemons = await createDaemons()
    attic = await daemons.start({ name: 'attic', found: true })
    token = await attic.invite()
  })
  after(() => daemons.close())

  const joinAhead = (name: string, aheadMs: number) =>
    daemons.start({ name, token, env: clockAhead(aheadMs) })

  it('without a clock is a member, with a warning, and stays one when it knows the time', async () => {
    const shed = await joinAhead('shed', -Date.now())
    const { notes } = shed.ready
    assert.match(notes.join('\n'), /^This machine has no clock: its time is \d+ d \d+ h behind the mesh\./m)
    assert.ok(shed.log.some((line) => line.includes('This machine has no clock')))
    await allAlive([attic, shed], 2)
    assert.equal(await shed.end('SIGTERM'), 0)
    const again = await daemons.start({ name: 'shed' })
    assert.doesNotMatch(again.ready.notes.join('\n'), /clock/)
    await allAlive([attic, again], 2)
  })

  it('with a wrong clock is told by how much', async () => {
    const den = await joinAhead('den', 2 * DAY_MS)
    assert.match(den.ready.notes.join('\n'), /^The clock of this machine is 2 d 0 h ahead of the mesh\./m)
    await allAlive([attic, den], 3)
  })

  it('under a name that another one bears gets one of its own', async () => {
    const second = await daemons.start({ name: 'other', token, flags: ['--node-name', 'attic'] })
    assert.equal(second.ready.node.name, 'attic-2')
    const named = await eventually('all are listed', async () => {
      const nodes = await nodesOf(second)
      return nodes.length === 4 && nodes
    })
    assert.deepEqual(named.map(({ name }) => name).sort(), ['attic', 'attic-2', 'den', 'shed'])
  })
})

describe('a machine on a copy of the data directory of another one', function () {
  this.timeout(120_000)
  let daemons: Daemons
  before(async () => {
    daemons = await createDaemons()
  })
  after(() => daemons.close())

  it('ends while the other one runs, with the reason, and takes its place when that is off', async () => {
    const attic = await daemons.start({ name: 'attic', found: true })
    const flags = ['--at', attic.ready.addresses[0] as string]
    const joined = await daemons.start({ name: 'den', token: await attic.invite(), flags })
    await joined.end('SIGTERM')
    await cp(joined.dataDir, join(daemons.path, 'copy'), { recursive: true })

    const den = await daemons.start({ name: 'den' })
    await allAlive([attic, den], 2)
    const copy = await daemons.start({ name: 'copy' })
    assert.equal(await copy.end('SIGCONT'), 1)
    const told =
      /^coterie: the data directory is a copy, and the machine .* runs as node \S+ \(127\.0\.0\.1\)\. Stop/
    await eventually('it says why', () => copy.log.some((line) => told.test(line)))
    await allAlive([attic, den], 2)

    await den.end('SIGTERM')
    const again = await daemons.start({ name: 'copy' })
    assert.equal(again.ready.node.id, den.ready.node.id)
    await allAlive([attic, again], 2)
  })
})
