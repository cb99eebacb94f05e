import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Fixture, LEFT, NODE, OTHER, startControl } from '../node/control/fixture.ts'
import { newIdentity } from '../support/identities.ts'
import { coterie, startCoterie } from './coterie.ts'

describe('cli: commands that ask the daemon', () => {
  let fixture: Fixture
  let leaveFails: Error | null = null
  before(async () => {
    fixture = await startControl({
      membership: {
        leave: async () => {
          if (leaveFails !== null) throw leaveFails
          return LEFT
        },
      },
    })
  })
  after(() => fixture.stop())

  const ask = (...words: string[]) => coterie([...words, '--socket', fixture.socketPath])

  it('print columns for people, without colour where there is no terminal', async () => {
    const { code, stdout, stderr } = await ask('node', 'ls')
    assert.equal(stderr, '')
    assert.equal(code, 0)
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    assert.deepEqual(rows[0], ['NAME', 'STATE', 'ROLE', 'CONDITION', 'PATH', 'ADDRESSES', 'ID'])
    assert.deepEqual(rows[1], [
      'kitchen*',
      'alive',
      'leader',
      'load 50 %, 60 °C, on battery, metered',
      '-',
      '/ip4/127.0.0.1/tcp/7946',
      NODE,
    ])
    assert.deepEqual(rows[2]?.slice(1, 6), ['dead', 'follower, edge', '-', '-', '(through kitchen)'])
  })

  it('print exactly one JSON object with --json, wherever it stands', async () => {
    for (const words of [
      ['--json', 'node', 'ls'],
      ['voters', '--json'],
      ['status', '--json'],
      ['leave', '--json'],
    ]) {
      const { code, stdout } = await ask(...words)
      assert.equal(code, 0)
      assert.equal(stdout.trim().split('\n').length, 1)
      assert.equal(typeof JSON.parse(stdout), 'object')
    }
  })

  it('show the state of the mesh', async () => {
    const { stdout } = await ask('status')
    assert.match(stdout, /^mesh +home$/m)
    assert.match(stdout, /^leader +kitchen, term 4$/m)
    assert.match(
      stdout,
      /^reach +0 members directly, 1 through another one; not everybody reaches this node: the others come through attic$/m,
    )
    assert.match(stdout, /^members +1 alive, 1 dead$/m)
    assert.match(stdout, /^clock +cellar's is 1h 0m ahead: its edits are dated back/m)
    assert.match(
      stdout,
      /^damaged store +\/data\/store\.damaged-2026-11-21 was set aside; look at that disk/m,
    )
    assert.match(stdout, /^version +1\.2\.3, mesh version 1; it rises to 2 once cellar is updated$/m)
    assert.match(stdout, /^up for +1m 30s$/m)
    const { stdout: voters } = await ask('voters')
    assert.match(voters, /^attic +dead +learner, edge /m)
    assert.match(voters, /A majority of 1 is there; term 4\./)
  })

  it('show the settings of the daemon that runs', async () => {
    const { stdout } = await ask('config', '--json')
    const { running, settings } = JSON.parse(stdout)
    assert.equal(running, true)
    const dataDir = settings.find(({ name }: { name: string }) => name === 'data-dir')
    assert.deepEqual(dataDir, {
      name: 'data-dir',
      value: fixture.dir,
      source: 'flag',
      setBy: '--data-dir',
    })
  })

  it('find the daemon by its data directory alone', async () => {
    assert.equal((await coterie(['voters', '--data-dir', fixture.dir])).code, 0)
    assert.equal((await coterie(['voters'], { COTERIE_DATA_DIR: fixture.dir })).code, 0)
  })

  it('leave with the error’s exit code and one line of cause and next step', async () => {
    leaveFails = new CoterieError('noQuorum', { waitedMs: 7 })
    const { code, stdout, stderr } = await ask('leave')
    leaveFails = null
    assert.equal(code, 3)
    assert.equal(stdout, '')
    assert.match(stderr, /^coterie: no majority of the voters agreed within 7 ms\. See [^\n]*\.\n$/)
  })

  it('print events as they come, until the daemon stops', async () => {
    fixture.events.record({ type: 'leaderChanged', leader: NODE, term: 1 })
    const child = startCoterie(['events', '-f', '--json', '--socket', fixture.socketPath])
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const nextTerm = async () => JSON.parse(String((await lines.next()).value)).term
    assert.equal(await nextTerm(), 1)
    fixture.events.record({ type: 'leaderChanged', leader: null, term: 2 })
    assert.equal(await nextTerm(), 2)
    child.stdout.destroy()
    fixture.events.record({ type: 'leaderChanged', leader: null, term: 3 })
    const [code] = await once(child, 'exit')
    assert.equal(code, 0, 'a reader that goes away is no error')

    const { stdout } = await ask('events', '--since', String(fixture.events.since(null).events[0]?.sequence))
    assert.match(stdout, /^\d{4}-\S+Z {2}leaderChanged {2}leader=none {2}term=2$/m)
  })

  it('print a leader and voters as people call them, or by their ids where nobody knows more', async () => {
    const [cellar, unknown] = [newIdentity().node, newIdentity().node]
    fixture.events.record({ type: 'votersChanged', voters: [NODE, OTHER] })
    fixture.events.record({ type: 'nodeAdmitted', node: cellar, name: 'cellar' })
    fixture.events.record({ type: 'leaderChanged', leader: cellar, term: 4 })
    fixture.events.record({ type: 'leaderChanged', leader: unknown, term: 5 })
    const { stdout } = await ask('events')
    assert.match(stdout, / {2}votersChanged {2}voters=kitchen,attic$/m)
    assert.match(stdout, / {2}leaderChanged {2}leader=cellar {2}term=4$/m)
    assert.ok(stdout.includes(`  leaderChanged  leader=${unknown}  term=5\n`))
    assert.ok((await ask('events', '--json')).stdout.includes(`"leader":"${cellar}","term":4`))
  })
})

describe('cli: a stream that ends', () => {
  it('tells why', async () => {
    const fixture = await startControl()
    try {
      fixture.events.record({ type: 'leaderChanged', leader: NODE, term: 1 })
      const child = startCoterie(['events', '-f', '--socket', fixture.socketPath])
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      await once(child.stdout, 'data')
      await fixture.control.stop()
      const [code] = await once(child, 'close')
      assert.equal(code, 1)
      assert.equal(stderr, 'coterie: the daemon is stopping. Try again when it is up.\n')
    } finally {
      await fixture.stop()
    }
  })
})
