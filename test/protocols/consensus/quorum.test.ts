import assert from 'node:assert/strict'
import type { Configuration } from '../../../protocols/consensus/index.ts'
import { countVotes, isQuorumActive, quorumReached } from '../../../protocols/consensus/quorum.ts'

/** `ABC` or, joint, `ABD/ABC`. */
const configurationOf = (text: string): Configuration => {
  const [voters = '', votersOutgoing = ''] = text.split('/')
  return { voters: [...voters], votersOutgoing: [...votersOutgoing], learners: [] }
}

describe('votes', () => {
  for (const [voters, granted, refused, result] of [
    ['', '', '', 'lost'],
    ['A', '', '', 'pending'],
    ['A', 'A', '', 'won'],
    ['A', '', 'A', 'lost'],
    ['ABC', 'A', '', 'pending'],
    ['ABC', 'AB', '', 'won'],
    ['ABC', 'AB', 'C', 'won'],
    ['ABC', 'A', 'B', 'pending'],
    ['ABC', 'A', 'BC', 'lost'],
    ['ABC', 'ADEF', '', 'pending'],
    ['ABCDE', 'AB', 'CD', 'pending'],
    ['ABCDE', 'ABE', 'CD', 'won'],
    ['ABD/ABC', 'AB', '', 'won'],
    ['ABD/ABC', 'AD', '', 'pending'],
    ['ABD/ABC', 'AD', 'BC', 'lost'],
    ['ABC/A', 'BC', '', 'pending'],
    ['ABC/A', 'BC', 'A', 'lost'],
    ['D/ABC', 'ABC', '', 'pending'],
    ['D/ABC', 'ABD', '', 'won'],
  ] as const) {
    it(`of ${voters || 'nobody'}: for ${granted || '-'}, against ${refused || '-'}: ${result}`, () => {
      const votes = new Map([
        ...[...granted].map((voter) => [voter, true] as const),
        ...[...refused].map((voter) => [voter, false] as const),
      ])
      assert.equal(
        countVotes(configurationOf(voters), (voter) => votes.get(voter)),
        result,
      )
    })
  }
})

describe('what a quorum has reached', () => {
  for (const [voters, indexes, reached] of [
    ['', {}, 0],
    ['A', { A: 7 }, 7],
    ['ABC', { A: 7 }, 0],
    ['ABC', { A: 7, B: 5 }, 5],
    ['ABC', { A: 7, B: 5, C: 6 }, 6],
    ['ABCDE', { A: 9, B: 8, C: 3, D: 2 }, 3],
    ['ABC', { A: 7, D: 7, E: 7 }, 0],
    ['ABD/ABC', { A: 7, B: 5 }, 5],
    ['ABD/ABC', { A: 7, D: 7, C: 3 }, 3],
    ['ABC/A', { A: 4, B: 9, C: 9 }, 4],
    ['D/ABC', { A: 9, B: 9, C: 9 }, 0],
  ] as const) {
    it(`of ${voters || 'nobody'} at ${JSON.stringify(indexes)}: ${reached}`, () => {
      const index = (voter: string): number => (indexes as Record<string, number>)[voter] ?? 0
      assert.equal(quorumReached(configurationOf(voters), index), reached)
    })
  }
})

describe('an active quorum', () => {
  for (const [voters, active, expected] of [
    ['', 'A', false],
    ['A', 'A', true],
    ['ABC', 'A', false],
    ['ABC', 'AC', true],
    ['ABC', 'ADE', false],
    ['ABD/ABC', 'AD', false],
    ['ABD/ABC', 'ADC', true],
  ] as const) {
    it(`of ${voters || 'nobody'} with ${active}: ${expected}`, () => {
      assert.equal(
        isQuorumActive(configurationOf(voters), (voter) => active.includes(voter)),
        expected,
      )
    })
  }
})
