import assert from 'node:assert/strict'
import fc from 'fast-check'
import { chooseVoters, STEADY_MS, type VoterCandidate } from '../../../node/voters/index.ts'

/**
 * `A` is alive, `a` silent, both for a minute; `A'` and `a'` only just. `-A` drains, `A*` is an edge node, `A~` is far away,
 * `A+` catches up. Admitted in the order given.
 */
const members = (text: string): VoterCandidate[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, admittedIndex) => ({
      node: word.replace(/[^A-Za-z]/g, '').toUpperCase(),
      role: word.includes('*') ? 'edge' : 'full',
      alive: /[A-Z]/.test(word),
      forMs: word.includes("'") ? STEADY_MS - 1 : STEADY_MS,
      rttMs: word.includes('~') ? 80 : 4,
      draining: word.startsWith('-'),
      isLearner: word.includes('+'),
      admittedIndex,
    }))

const STORIES: readonly (readonly [story: string, present: string, given: string, wanted: string])[] = [
  ['one machine votes alone', 'A', 'A', 'A'],
  ['of two machines the founder votes alone', 'A', 'A B', 'A'],
  ['the third machine makes three voters', 'A', "A B' C'", 'A B C'],
  ['a silent third machine does not', 'A', "A B c'", 'A'],
  ['a fourth machine changes nothing', 'A B C', 'A B C D', 'A B C'],
  ['six machines have three voters', 'A B C', 'A B C D E F', 'A B C'],
  ['seven steady machines have five', 'A B C', 'A B C D E F G', 'A B C D E'],
  ['seven of which one has just come have three', 'A B C', "A B C D E F G'", 'A B C'],
  ['seven of which one is an edge node have three', 'A B C', 'A B C D E F G*', 'A B C'],
  ['five stay five when only six are left', 'A B C D E', 'A B C D E F', 'A B C D E'],
  ['five stay five when a drained one can be replaced', 'A B C D E', 'A B C D -E F', 'A B C D F'],
  ['five become three when it cannot', 'A B C D E', 'A B C D -E', 'A B C'],
  ['a voter that is silent for a moment keeps its vote', 'A B C', "A B c' D", 'A B C'],
  ['a voter that is silent for a minute is replaced', 'A B C', 'A B c D', 'A B D'],
  ['two of five are replaced together', 'A B C D E', 'A b c D E F G', 'A F G D E'],
  ['one of two is replaced where one can be', 'A B C D E', 'A b c D E F', 'A F C D E'],
  ['a silent voter keeps its vote where nobody can take it', 'A B C', 'A B c', 'A B C'],
  ['one that has just come, or come back, takes nobody’s vote', 'A B C', "A B c D'", 'A B C'],
  [
    'two silent ones are asked to be replaced; whether that can be decided is for consensus to say',
    'A B C',
    'A b c D E',
    'A D E',
  ],
  ['a replaced voter that is back does not get its vote back', 'A B D', 'A B C D', 'A B D'],
  ['a draining voter is replaced, at once', 'A B C', "A -B C D'", 'A C D'],
  ['with nobody to replace it, one is left to vote', 'A B C', 'A -B C', 'A'],
  ['the one that is left to vote is not the silent one', 'A B C', "a' -B C", 'C'],
  ['nor an edge node', 'A B C', 'A* -B C', 'C'],
  ['a draining voter votes alone where only a silent one is left', 'A B C', "a' -B", 'B'],
  ['the founder of two hands its vote over', 'A', '-A B', 'B'],
  ['the last one keeps its vote though it drains', 'A', '-A', 'A'],
  ['a removed voter is replaced', 'A B C', 'A C D', 'A C D'],
  ['a steady machine goes before a new one', 'A', "A B' C D", 'A C D'],
  ['a near one before one that is far away', 'A', 'A B~ C D', 'A C D'],
  ['one that catches up before all of these', 'A', "A B C D'~+", 'A D B'],
  ['the third machine may be an edge node', 'A', 'A B C*', 'A B C'],
  ['an edge node waits where full nodes are enough', 'A', "A B* C' D'", 'A C D'],
  ['an edge node gives its vote to a steady full node', 'A B C', 'A B C* D', 'A B D'],
  ['but not to one that has just come', 'A B C', "A B C* D'", 'A B C'],
  ['unless edge nodes alone are left to lead', 'A B C', "a' B* C* D' E'", 'A D C'],
  ['an edge node takes a silent one’s vote', 'A B C', 'A B c D*', 'A B D'],
  ['not where a full node can', 'A B C', 'A B c D* E', 'A B E'],
  ['an edge node votes alone where nobody else is left', 'A B C', 'A*', 'A'],
  ['a draining full node keeps its vote beside edge nodes alone', 'A B C', '-A B* C*', 'A B C'],
  ['and where it votes alone', 'A', '-A B*', 'A'],
  ['and where the other full node is dead', 'A B C', '-A b C*', 'A B C'],
  ['it gives its vote away where another full node is alive', 'A B C', "-A B* C* D'", 'D C B'],
  ['it is given one where edge nodes alone vote', 'A B C', 'A* B* C* -D', 'D B C'],
]

describe('choice of voters', () => {
  for (const [story, present, given, wanted] of STORIES)
    it(story, () => assert.deepEqual(chooseVoters(present.split(' '), members(given)), wanted.split(' ')))

  const node = fc.constantFrom(...'ABCDEFGHI')
  const member: fc.Arbitrary<VoterCandidate> = fc.record({
    node,
    role: fc.constantFrom('full', 'edge'),
    alive: fc.boolean(),
    forMs: fc.constantFrom(0, STEADY_MS),
    rttMs: fc.constantFrom(null, 4, 80),
    draining: fc.boolean(),
    isLearner: fc.boolean(),
    admittedIndex: fc.nat(9),
  })
  const mesh = fc.record({
    present: fc.uniqueArray(node, { minLength: 1, maxLength: 5 }).filter(({ length }) => length % 2 === 1),
    given: fc.uniqueArray(member, { selector: (each) => each.node, maxLength: 9 }),
  })

  it('never asks for an even number, for a stranger, or for a majority that is silent', () => {
    fc.assert(
      fc.property(mesh, ({ present, given }) => {
        const wanted = chooseVoters(present, given)
        assert.equal(wanted.length % 2, 1)
        assert.equal(new Set(wanted).size, wanted.length)
        if (wanted === present) return
        const chosen = wanted.map((voter) => given.find((each) => each.node === voter))
        assert.ok(chosen.every((voter) => voter !== undefined))
        assert.ok(chosen.filter((voter) => voter?.alive).length * 2 > chosen.length)
      }),
    )
  })

  it('asks for fewer only where a voter goes on purpose', () => {
    fc.assert(
      fc.property(mesh, ({ present, given }) => {
        const stays = (voter: string): boolean => given.some((each) => each.node === voter && !each.draining)
        if (present.every(stays)) assert.ok(chooseVoters(present, given).length >= present.length)
      }),
    )
  })

  it('comes to rest: a seat that one change leaves to an edge node or to the dead, the next one fills, and no third follows', () => {
    fc.assert(
      fc.property(mesh, ({ present, given }) => {
        const wanted = chooseVoters(chooseVoters(present, given), given)
        assert.equal(chooseVoters(wanted, given), wanted)
      }),
    )
  })
})
