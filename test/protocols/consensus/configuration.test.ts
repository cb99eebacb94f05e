import assert from 'node:assert/strict'
import {
  configurationCodec,
  configurationsIn,
  enterJoint,
  isVoterSet,
  leaveJoint,
} from '../../../protocols/consensus/configuration.ts'
import type { Configuration } from '../../../protocols/consensus/index.ts'
import { countVotes } from '../../../protocols/consensus/quorum.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { nodeNamed } from './stage.ts'

const EVERYBODY = ['A', 'B', 'C', 'D', 'E', 'F']

const subsetsOf = ([node, ...others]: readonly string[]): readonly (readonly string[])[] =>
  node === undefined ? [[]] : subsetsOf(others).flatMap((subset) => [subset, [node, ...subset]])

const voterSets = subsetsOf(EVERYBODY).filter(isVoterSet)

const wins = (configuration: Configuration, supporters: readonly string[]): boolean =>
  countVotes(configuration, (voter) => supporters.includes(voter) || undefined) === 'won'

/** Whether some split of everybody lets both sides decide at once. */
const canDecideApart = (before: Configuration, after: Configuration): boolean =>
  subsetsOf(EVERYBODY).some(
    (some) =>
      wins(before, some) &&
      wins(
        after,
        EVERYBODY.filter((node) => !some.includes(node)),
      ),
  )

describe('a change of voters', () => {
  it('never lets two adjacent configurations decide apart, whatever the sets', () => {
    for (const voters of voterSets) {
      for (const wanted of voterSets) {
        const learners = wanted.filter((node) => !voters.includes(node))
        const present = { voters, votersOutgoing: [], learners }
        const joint = enterJoint(present, wanted)
        const after = leaveJoint(joint)
        assert.deepEqual(after, { voters: wanted, votersOutgoing: [], learners: [] })
        assert.equal(canDecideApart(present, joint), false, `${voters} -> joint with ${wanted}`)
        assert.equal(canDecideApart(joint, after), false, `joint with ${voters} -> ${wanted}`)
      }
    }
  })

  it('without the joint step could, which is why there is one', () => {
    const [before, after] = [
      { voters: ['A'], votersOutgoing: [], learners: [] },
      { voters: ['A', 'B', 'C'], votersOutgoing: [], learners: [] },
    ]
    assert.equal(canDecideApart(before, after), true)
  })

  for (const [voters, allowed] of [
    ['', false],
    ['A', true],
    ['AB', false],
    ['ABC', true],
    ['ABB', false],
    ['ABCD', false],
    ['ABCDE', true],
    ['ABCDEF', false],
  ] as const) {
    it(`to ${voters || 'nobody'} is ${allowed ? 'allowed' : 'refused'}`, () =>
      assert.equal(isVoterSet([...voters]), allowed))
  }
})

describe('a configuration in the log', () => {
  const configuration = {
    voters: ['A', 'B', 'C'].map(nodeNamed),
    votersOutgoing: [nodeNamed('A')],
    learners: [nodeNamed('D')],
  }

  it('reads back as it was written', () => {
    assert.deepEqual(configurationCodec.decode(configurationCodec.encode(configuration)), configuration)
  })

  it('is refused without voters, with too many, or with one twice', () => {
    for (const names of ['', 'ABCDEF', 'AAB']) {
      const bytes = configurationCodec.encode({ ...configuration, voters: [...names].map(nodeNamed) })
      assert.throws(
        () => configurationCodec.decode(bytes),
        (error) => isCoterieError(error, 'malformedMessage'),
      )
      assert.equal(configurationsIn([{ index: 1, term: 1, kind: 'configuration', data: bytes }]), null)
    }
  })

  it('is refused with a store named for what is no node', () => {
    const bytes = configurationCodec.encode({ ...configuration, stores: { nobody: 'x'.repeat(1_000) } })
    assert.throws(
      () => configurationCodec.decode(bytes),
      (error) => isCoterieError(error, 'malformedMessage'),
    )
  })
})
