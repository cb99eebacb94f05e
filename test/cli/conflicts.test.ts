import assert from 'node:assert/strict'
import type { Applied } from '../../protocols/control/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { handMadeConflict, retell, revisionId } from '../node/control/hand-made.ts'
import { coterie } from './coterie.ts'

const HEAD = revisionId('a')
const LOST = `bc${revisionId('1').slice(2)}`
const TWIN = `bd${revisionId('2').slice(2)}`

const settled = (state: Applied['revisions'][number]['state'], reason: string | null = null): Applied => ({
  revisions: [{ object: 'service/shop/web', revision: revisionId('c'), state, reason }],
})

describe('cli: conflicts', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await startControl()
  })
  after(() => fixture.stop())
  beforeEach(() => retell(fixture.handMade, { conflicts: [handMadeConflict(LOST), handMadeConflict(TWIN)] }))

  const ask = (...given: string[]) => coterie(['conflicts', ...given, '--socket', fixture.socketPath])
  const script = () => fixture.handMade.script
  const rowsOf = (stdout: string) => stdout.split('\n').map((line) => line.split(/ {2,}/))

  it('are listed with who lost and what differs', async () => {
    const { code, stdout } = await ask('ls')
    assert.equal(code, 0)
    const row = rowsOf(stdout)[1] as string[]
    assert.deepEqual(row.toSpliced(3, 1), [
      'bc1111111111',
      'shop/web',
      'attic (cli)',
      'aaaaaaaaaaaa',
      'image nginx:2 -> nginx:1 and 1 more',
    ])
    assert.equal(JSON.parse((await ask('ls', '--json')).stdout).conflicts[1].lost.revision, TWIN)
    script().conflicts = []
    assert.equal((await ask('ls')).stdout, 'There are no conflicts.\n')
  })

  it('with a removal, or with a side that is not here, are listed too', async () => {
    const { head, lost } = handMadeConflict(LOST)
    const removes = { ...lost, written: lost.written && { ...lost.written, action: 'remove' as const } }
    script().conflicts = [
      handMadeConflict(LOST, { lost: removes, fields: [] }),
      handMadeConflict(TWIN, { head: { ...head, written: null }, fields: null }),
    ]
    const [, first, second] = rowsOf((await ask('ls')).stdout)
    assert.equal(first?.at(-1), 'removes it')
    assert.equal(second?.at(-1), 'not arrived here yet')
  })

  it('are shown as a diff of both sides, by a beginning of their id', async () => {
    const { code, stdout } = await ask('show', 'bc1')
    assert.equal(code, 0)
    assert.match(stdout, /^shop\/web +REVISION +WRITTEN BY/)
    assert.match(stdout, /\n- head +aaaaaaaaaaaa +cellar \(cli\)/)
    assert.match(stdout, /\n\+ lost +bc1111111111 +attic \(cli\)/)
    assert.match(
      stdout,
      /\n- image: nginx:2\n\+ image: nginx:1\n- replicas: 1\n\+ replicas: 3\n {2}restart: always\n/,
    )
    assert.match(stdout, /\nKeep the head: coterie conflicts accept bc1111111111\n/)
    assert.equal(JSON.parse((await ask('show', 'bc1', '--json')).stdout).lost.spec.replicas, 3)
  })

  it('are refused by an id that is not clear or not known', async () => {
    const refused = async (id: string, line: RegExp) => {
      const { code, stderr } = await ask('show', id)
      assert.equal(code, 1)
      assert.match(stderr, line)
    }
    await refused('b', /^coterie: b may be bc1111111111 or bd2222222222\. Give more of the id\.\n$/)
    await refused(
      'f00',
      /^coterie: there is no open conflict f00\. See coterie conflicts ls for those that are open\.\n$/,
    )
    await refused(revisionId('f'), /^coterie: there is no open conflict ffffffffffff\./)
  })

  it('are settled by keeping the head that was seen, or by putting back what lost', async () => {
    script().settle = () => settled('accepted')
    const accepted = await ask('accept', 'bc1', '-y')
    assert.deepEqual(
      [accepted.code, accepted.stdout],
      [0, 'Kept shop/web as it is; the conflict is settled.\n'],
    )
    assert.match((await ask('revert', 'bc1', '-y')).stdout, /^Put back the edit of shop\/web that lost\./)
    await ask('revert', 'bc1', '-y', '--if-revision')
    assert.deepEqual(script().asked.settle, [
      { lost: LOST, settlement: 'accept', request: { via: 'cli', ifHead: HEAD } },
      { lost: LOST, settlement: 'revert', request: { via: 'cli' } },
      { lost: LOST, settlement: 'revert', request: { via: 'cli', ifHead: HEAD } },
    ])
    assert.deepEqual(JSON.parse((await ask('accept', 'bc1', '-y', '--json')).stdout), settled('accepted'))
  })

  it('are not settled without a yes', async () => {
    const { code, stdout, stderr } = await ask('revert', 'bc1')
    assert.equal(code, 1)
    assert.match(stdout, /\+ image: nginx:1/)
    assert.match(stderr, /whether to put back the edit of shop\/web that lost\. Give -y/)
    assert.equal(script().asked.settle.length, 0)
  })

  it('are pending without a majority, and refused where the head moved', async () => {
    script().settle = () => settled('pending', 'no majority')
    const pending = await ask('accept', 'bc1', '-y')
    assert.deepEqual([pending.code, pending.stdout], [3, ''])
    assert.match(pending.stderr, /^coterie: shop\/web is written down and not accepted yet: no majority\./)
    script().settle = () => settled('refused', 'it was changed meanwhile')
    assert.equal((await ask('revert', 'bc1', '-y')).code, 1)
  })

  it('are counted in the status', async () => {
    const { stdout } = await coterie(['status', '--socket', fixture.socketPath])
    assert.match(stdout, /\nconflicts +2 open; see coterie conflicts ls\n/)
  })
})
