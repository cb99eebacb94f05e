import assert from 'node:assert/strict'
import type { Quorum, QuorumMember } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { NODE } from '../node/control/hand-made.ts'
import { coterie } from './coterie.ts'

const OTHER = '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x'

const here: QuorumMember = {
  id: NODE,
  name: 'shed',
  self: true,
  voter: true,
  state: 'alive',
  silentMs: null,
  log: { generation: 1, lastTerm: 4, lastIndex: 120, commitIndex: 118 },
}
const gone: QuorumMember = {
  ...here,
  id: OTHER,
  name: 'attic',
  self: false,
  state: 'dead',
  silentMs: 130_000,
  log: null,
}
const quorum: Quorum = { generation: 1, leader: null, best: NODE, members: [here, gone] }

describe('cli: quorum', () => {
  let fixture: Fixture
  let survey: Quorum
  let recover: (force: boolean) => Promise<{ generation: number; from: { index: number; term: number } }>
  before(async () => {
    fixture = await startControl({
      quorum: {
        survey: async () => survey,
        recover: ({ force }) => recover(force),
        lost: async () => ({
          decisions: [
            {
              generation: 1,
              index: 121,
              committed: true,
              what: 'service/shop/web: edit accepted',
              again: true,
            },
            { generation: 1, index: 122, committed: false, what: 'cellar admitted', again: false },
          ],
          spans: [{ generation: 3, afterIndex: 200, upToIndex: 300 }],
        }),
      },
    })
  })
  after(() => fixture.stop())
  beforeEach(() => {
    survey = quorum
    recover = async () => ({ generation: 2, from: { index: 120, term: 4 } })
  })

  const ask = (...given: string[]) => coterie(['quorum', ...given, '--socket', fixture.socketPath])

  it('is recovered after everything was shown that a person has to know', async () => {
    const { code, stdout } = await ask('recover', '--yes')
    assert.equal(code, 0)
    assert.match(stdout, /shed \(here\) +yes +alive +- +120 of term 4/)
    assert.match(stdout, /attic +yes +dead +2m 10s +\?/)
    assert.match(stdout, /knows decision 118 to be accepted/)
    assert.match(stdout, /What may be lost: all that only attic knew/)
    assert.match(stdout, /Generation 2 goes on from decision 120/)
  })

  it('is not recovered by a program that did not say so', async () => {
    recover = async () => assert.fail('nobody said yes')
    const { code, stderr } = await ask('recover')
    assert.equal(code, 1)
    assert.match(stderr, /nobody can be asked here/)
  })

  it('is not recovered while it lives, nor where another machine knows more', async () => {
    survey = { ...quorum, best: OTHER }
    recover = async (force) => {
      if (force) return { generation: 2, from: { index: 120, term: 4 } }
      throw new CoterieError('recoverElsewhere', { name: 'attic', index: 130, ownIndex: 120 })
    }
    const elsewhere = await ask('recover', '-y')
    assert.equal(elsewhere.code, 1)
    assert.match(elsewhere.stdout, /attic knows more: recover there/)
    assert.match(elsewhere.stderr, /attic knows more of what was decided \(up to 130\)/)
    assert.equal((await ask('recover', '-y', '--force')).code, 0)
    recover = async () => {
      throw new CoterieError('quorumLives', { leader: 'attic' })
    }
    assert.match((await ask('recover', '-y')).stderr, /still decides, led by attic/)
  })

  it('asks nobody for a yes while it lives', async () => {
    survey = { ...quorum, leader: OTHER }
    recover = async () => assert.fail('it was known to live')
    const { code, stdout, stderr } = await ask('recover')
    assert.equal(code, 1)
    assert.match(stdout, /shed \(here\)/)
    assert.match(stderr, /still decides, led by attic/)
  })

  it('answers programs in JSON', async () => {
    const { stdout } = await ask('recover', '-y', '--json')
    assert.deepEqual(JSON.parse(stdout), { generation: 2, from: { index: 120, term: 4 } })
    assert.equal(JSON.parse((await ask('lost', '--json')).stdout).decisions.length, 2)
  })

  it('that was given up leaves a list of what only it had', async () => {
    const { stdout } = await ask('lost')
    assert.match(stdout, /1 +121 +yes +yes +service\/shop\/web: edit accepted/)
    assert.match(stdout, /1 +122 +not known +no +cellar admitted/)
    assert.match(stdout, /Generation 3: decisions 201 to 300 as a snapshot only/)
  })
})
