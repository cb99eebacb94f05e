import assert from 'node:assert/strict'
import fc from 'fast-check'
import { chooseVoters, type VoterCandidate } from '../../../node/voters/index.ts'

/** `A` is alive, `a` is silent, `-A` drains; admitted in the order given. */
const members = (text: string): VoterCandidate[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, admittedIndex) => ({
      node: word.replace('-', '').toUpperCase(),
      alive: /[A-Z]/.test(word),
      draining: word.startsWith('-'),
      admittedIndex,
    }))

describe('choice of voters', () => {
  for (const [story, present, given, wanted] of [
    ['one machine votes alone', 'A', 'A', 'A'],
    ['of two machines the founder votes alone', 'A', 'A B', 'A'],
    ['the third machine makes three voters', 'A', 'A B C', 'A B C'],
    ['a silent third machine does not', 'A', 'A B c', 'A'],
    ['a fourth machine changes nothing', 'A B C', 'A B C D', 'A B C'],
    ['a silent voter keeps its vote', 'A B C', 'A B c D', 'A B C'],
    ['a draining voter is replaced', 'A B C', 'A -B C D', 'A C D'],
    ['with nobody to replace it, one is left to vote', 'A B C', 'A -B C', 'A'],
    ['the one that is left to vote is not the silent one', 'A B C', 'a -B C', 'C'],
    ['a draining voter keeps its vote where only a silent one is left', 'A B C', 'a -B', 'A B C'],
    ['the founder of two hands its vote over', 'A', '-A B', 'B'],
    ['the last one keeps its vote though it drains', 'A', '-A', 'A'],
    ['a removed voter is replaced', 'A B C', 'A C D', 'A C D'],
  ] as const) {
    it(story, () => assert.deepEqual(chooseVoters(present.split(' '), members(given)), wanted.split(' ')))
  }

  it('never asks for an even number, nor for a stranger', () => {
    const node = fc.constantFrom(...'ABCDEFG')
    const member = fc.record({ node, alive: fc.boolean(), draining: fc.boolean(), admittedIndex: fc.nat(9) })
    fc.assert(
      fc.property(
        fc.uniqueArray(node, { minLength: 1, maxLength: 5 }).filter((voters) => voters.length % 2 === 1),
        fc.uniqueArray(member, { selector: ({ node }) => node, maxLength: 7 }),
        (present, given) => {
          const wanted = chooseVoters(present, given)
          assert.equal(wanted.length % 2, 1)
          if (wanted !== present)
            for (const voter of wanted) assert.ok(given.some(({ node }) => node === voter))
        },
      ),
    )
  })

  it('asks for nothing more once it has what it wanted', () => {
    const given = members('A -B C D E')
    const wanted = chooseVoters(['A', 'B', 'C'], given)
    assert.equal(chooseVoters(wanted, given), wanted)
  })
})
