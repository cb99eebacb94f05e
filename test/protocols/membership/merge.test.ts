import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createMembership,
  MEMBERSHIP_TIMINGS,
  type MembershipEffect,
  type MembershipEvent,
  type MembershipMessage,
  type MembershipState,
  membersOf,
  type News,
  step,
} from '../../../protocols/membership/index.ts'

const NODES = ['a', 'b', 'c', 'd']
const STRANGER = 'x'

const env = { nowMs: 0, random: () => 0 }
const begin = (): MembershipState => {
  const created = createMembership({ self: 'a', incarnation: 1, addresses: [], timings: MEMBERSHIP_TIMINGS })
  return step(created, { type: 'roster', members: new Set(NODES) }, env).state
}

const addressesAt = (node: string, incarnation: number): string[] => [
  `/dns4/${node}${incarnation}.example/tcp/1`,
]

const heard = fc
  .record({
    node: fc.constantFrom(...NODES, STRANGER),
    state: fc.constantFrom('alive' as const, 'suspect' as const, 'dead' as const, 'left' as const),
    incarnation: fc.integer({ min: 1, max: 5 }),
  })
  // Who was apart is heard with doubt for a while, so then the order does matter.
  .filter(({ node, state }) => state !== 'dead' || (node !== 'a' && node !== 'b'))
  .map((news): News => ({ ...news, addresses: addressesAt(news.node, news.incarnation), accusers: [] }))

const message = (news: readonly News[], type: 'news' | 'records'): MembershipMessage => ({
  speaker: { incarnation: 1, left: false, addresses: addressesAt('b', 1) },
  news: [...news],
  body: { type },
})

const received = fc
  .tuple(fc.array(heard, { maxLength: 4 }), fc.constantFrom('news' as const, 'records' as const))
  .map(([news, type]): MembershipEvent => ({ type: 'received', from: 'b', message: message(news, type) }))

const play = (events: readonly MembershipEvent[]): MembershipState =>
  events.reduce((state, event) => step(state, event, env).state, begin())

const outcome = (state: MembershipState) =>
  membersOf(state).map(({ node, state, incarnation, addresses }) => ({ node, state, incarnation, addresses }))

const ORDER = ['persist', 'send', 'schedule', 'changed'] as const
const inOrder = (effects: readonly MembershipEffect[]): boolean =>
  effects.every(
    (effect, at) =>
      at === 0 || ORDER.indexOf(effect.type) >= ORDER.indexOf((effects[at - 1] as MembershipEffect).type),
  )

describe('merging of news', () => {
  it('ends the same in any order and with any repetition', () => {
    const inTwoOrders = fc
      .array(received, { minLength: 1, maxLength: 8 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
        ),
      )
    fc.assert(
      fc.property(inTwoOrders, ([events, shuffled]) => {
        assert.deepEqual(outcome(play(shuffled)), outcome(play(events)))
      }),
    )
  })

  it('never lowers an incarnation, and puts its effects in order', () => {
    fc.assert(
      fc.property(fc.array(received, { maxLength: 8 }), (events) => {
        let state = begin()
        for (const event of events) {
          const before = new Map(membersOf(state).map((member) => [member.node, member.incarnation]))
          const next = step(state, event, env)
          assert.ok(inOrder(next.effects))
          for (const { node, incarnation } of membersOf(next.state))
            assert.ok(incarnation >= (before.get(node) as number))
          state = next.state
        }
      }),
    )
  })

  it('keeps the given state as it was', () => {
    fc.assert(
      fc.property(received, (event) => {
        const state = begin()
        const before = structuredClone(state)
        step(state, event, env)
        assert.deepEqual(state, before)
      }),
    )
  })

  it('takes no word of a stranger', () => {
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 8 }), (news) => {
        const state = begin()
        const next = step(state, { type: 'received', from: STRANGER, message: message(news, 'news') }, env)
        assert.deepEqual(next.state, state)
        assert.deepEqual(next.effects, [])
      }),
    )
  })
})
