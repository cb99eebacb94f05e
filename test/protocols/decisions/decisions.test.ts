import assert from 'node:assert/strict'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  type Outcome,
} from '../../../protocols/decisions/index.ts'

const NODE_A = '12D3KooWAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const NODE_B = '12D3KooWBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
const WEB = 'service/shop/web'
const revision = (letter: string) => letter.repeat(64)

const accepted = (
  id: string,
  parents: string[],
  wallMs: number,
  more: Partial<Extract<Decision, { type: 'revisionAccepted' }>> = {},
): Decision => ({
  type: 'revisionAccepted',
  revision: revision(id),
  object: WEB,
  parents: parents.map(revision),
  hlc: { wallMs, counter: 0 },
  removed: false,
  ...more,
})

const assigned = (node: string, replaces: string | null, id = 'a'): Decision => ({
  type: 'taskAssigned',
  object: WEB,
  revision: revision(id),
  slot: 0,
  node,
  replaces,
  reason: 'the only node',
})

/** Applies each decision at the next index, through its wire form, and gives the outcomes. */
const play = (...log: Decision[]) => {
  const decisions = createDecisions()
  const outcomes: Outcome[] = log.map((decision, at) =>
    decisions.apply(at + 1, decisionCodec.decode(decisionCodec.encode(decision))),
  )
  return { view: decisions.view, outcomes, refused: outcomes.map((outcome) => !outcome.ok) }
}

const admitted = (node: string, name: string): Decision => ({
  type: 'nodeAdmitted',
  node,
  name,
  addresses: ['/ip4/127.0.0.1/tcp/7946'],
  atMs: 0,
})

describe('decisions: members', () => {
  it('found a mesh once', () => {
    const founded = { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1 } as const
    const { view, refused } = play(founded, { ...founded, name: 'other' })
    assert.equal(view.mesh?.name, 'home')
    assert.deepEqual(refused, [false, true])
  })

  it('admit a node again after a lost reply without moving its admission', () => {
    const { view, refused } = play(admitted(NODE_A, 'a'), admitted(NODE_A, 'a'))
    assert.equal(view.nodes.get(NODE_A)?.admittedIndex, 1)
    assert.deepEqual(refused, [false, false])
  })

  it('mark a node as draining and take that back', () => {
    const drained = (draining: boolean): Decision => ({ type: 'nodeDrained', node: NODE_A, draining })
    assert.equal(play(admitted(NODE_A, 'a'), drained(true)).view.nodes.get(NODE_A)?.draining, true)
    assert.equal(
      play(admitted(NODE_A, 'a'), drained(true), drained(false)).view.nodes.get(NODE_A)?.draining,
      false,
    )
    assert.deepEqual(play(drained(true)).refused, [true])
  })

  it('are at most a thousand', () => {
    const digits = [...'123456789A']
    const ids = digits.flatMap((a) => digits.flatMap((b) => digits.map((c) => `${NODE_A}${a}${b}${c}`)))
    const { view, refused } = play(
      ...ids.map((id) => admitted(id, 'a')),
      admitted(NODE_B, 'b'),
      admitted(ids[0] as string, 'b'),
    )
    assert.deepEqual(refused.slice(ids.length), [true, false])
    assert.equal(view.nodes.size, 1000)
  })

  it('never let a removed identity return', () => {
    const { view, refused } = play(
      admitted(NODE_A, 'a'),
      { type: 'nodeRemoved', node: NODE_A, atMs: 0 },
      admitted(NODE_A, 'a'),
    )
    assert.equal(view.nodes.size, 0)
    assert.deepEqual(refused, [false, false, true])
  })
})

describe('decisions: names', () => {
  it('are each borne by one node, also when two members admit under the same one', () => {
    const long = 'a'.repeat(63)
    const { view } = play(admitted(NODE_A, long), admitted(NODE_B, long), admitted(NODE_A, long))
    assert.equal(view.nodes.get(NODE_A)?.name, long)
    assert.equal(view.nodes.get(NODE_B)?.name, `${'a'.repeat(61)}-2`)
  })
})

describe('decisions: heads', () => {
  it('follow a chain of parents, whatever the clocks say', () => {
    const { view } = play(accepted('a', [], 100), accepted('b', ['a'], 50))
    assert.equal(view.objects.get(WEB)?.head, revision('b'))
    assert.deepEqual(view.objects.get(WEB)?.conflicts, [])
  })

  it('take the later of two concurrent edits and keep the other as a conflict', () => {
    for (const [first, second, head] of [
      [100, 200, 'c'],
      [200, 100, 'b'],
      [100, 100, 'c'],
    ] as const) {
      const { view } = play(accepted('a', [], 1), accepted('b', ['a'], first), accepted('c', ['a'], second))
      assert.equal(view.objects.get(WEB)?.head, revision(head))
      assert.deepEqual(view.objects.get(WEB)?.conflicts, [revision(head === 'c' ? 'b' : 'c')])
    }
  })

  it('settle a conflict by a revision that names both', () => {
    const { view } = play(
      accepted('a', [], 1),
      accepted('b', ['a'], 2),
      accepted('c', ['a'], 3),
      accepted('d', ['b', 'c'], 4),
    )
    assert.equal(view.objects.get(WEB)?.head, revision('d'))
    assert.deepEqual(view.objects.get(WEB)?.conflicts, [])
  })

  it('refuse an edit that insists on another head', () => {
    const { view, refused } = play(accepted('a', [], 1), accepted('b', ['a'], 2, { ifHead: revision('f') }))
    assert.equal(view.objects.get(WEB)?.head, revision('a'))
    assert.deepEqual(refused, [false, true])
  })

  it('keep the last ten heads', () => {
    const ids = [...'0123456789ab']
    const { view } = play(...ids.map((id, at) => accepted(id, at === 0 ? [] : [ids[at - 1] as string], at)))
    assert.equal(view.objects.get(WEB)?.history.length, 10)
    assert.equal(view.objects.get(WEB)?.history[0], revision('b'))
  })
})

describe('decisions: what was accepted and is neither history nor conflict', () => {
  const chain = (ids: string) =>
    [...ids].map((id, at) => accepted(id, at === 0 ? [] : [ids[at - 1] as string], at))

  it('is the past: heads older than ten, and conflicts that were settled', () => {
    const settled = [accepted('a', [], 1), accepted('b', ['a'], 3), accepted('c', ['a'], 2)]
    assert.deepEqual(play(...settled).view.objects.get(WEB)?.past, [])
    assert.deepEqual(play(...settled, accepted('d', ['b', 'c'], 4)).view.objects.get(WEB)?.past, [
      revision('c'),
    ])
    assert.deepEqual(
      new Set(play(...chain('0123456789ab')).view.objects.get(WEB)?.past),
      new Set([revision('0'), revision('1')]),
    )
  })

  it('is known again when its acceptance is repeated, however late', () => {
    const log = chain('0123456789abc')
    const { view, refused } = play(...log, ...log)
    assert.deepEqual(view.objects.get(WEB)?.conflicts, [])
    assert.equal(view.objects.get(WEB)?.head, revision('c'))
    assert.ok(refused.every((each) => !each))
  })

  it('holds what a revision kept, for that is no head', () => {
    const keep = accepted('d', ['b', 'c'], 9, { keeps: true, ifHead: revision('b') })
    const { view } = play(accepted('a', [], 1), accepted('b', ['a'], 3), accepted('c', ['a'], 2), keep)
    const web = view.objects.get(WEB)
    assert.deepEqual([web?.head, web?.hlc.wallMs, web?.conflicts], [revision('b'), 3, []])
    assert.deepEqual(new Set(web?.past), new Set([revision('c'), revision('d')]))
  })

  it('does not come by keeping what is the head no more', () => {
    const keep = accepted('d', ['a', 'c'], 9, { keeps: true })
    assert.deepEqual(play(accepted('a', [], 1), accepted('b', ['a'], 3), keep).refused, [false, false, true])
    assert.deepEqual(play(keep).refused, [true])
  })
})

describe('decisions: assignments', () => {
  const ground = [admitted(NODE_A, 'a'), admitted(NODE_B, 'b'), accepted('a', [], 1)]

  it('name a task by the index of its assignment, which is also its token', () => {
    const { view } = play(...ground, assigned(NODE_A, null))
    assert.equal(view.tasks.get('shop.web.0.4')?.token, 4)
  })

  it('are of objects whose tasks every message can name', () => {
    for (const object of ['service/shop', 'service/shop/web/blue', `a/${'b'.repeat(98)}/${'c'.repeat(98)}`]) {
      const { refused } = play(admitted(NODE_A, 'a'), accepted('a', [], 1, { object }), {
        ...assigned(NODE_A, null),
        object,
      } as Decision)
      assert.deepEqual(refused, [false, false, true])
    }
  })

  it('give a slot to one of two leaders that planned from the same view', () => {
    const { view, refused } = play(...ground, assigned(NODE_A, null), assigned(NODE_B, null))
    assert.deepEqual(
      [...view.tasks.values()].map((task) => task.node),
      [NODE_A],
    )
    assert.equal(refused.at(-1), true)
  })

  it('move a slot away from the task that was named', () => {
    const { view } = play(...ground, assigned(NODE_A, null), assigned(NODE_B, 'shop.web.0.4'))
    assert.deepEqual([...view.tasks.keys()], ['shop.web.0.5'])
  })

  it('refuse a node that is not a member, a removed object and an unknown revision', () => {
    const stranger = assigned('12D3KooWCccccccccccccccccccccccccccccccccccccccccccc', null)
    assert.equal(play(...ground, stranger).refused.at(-1), true)
    assert.equal(play(...ground, assigned(NODE_A, null, 'e')).refused.at(-1), true)
    const gone = accepted('b', ['a'], 2, { removed: true })
    assert.equal(play(...ground, gone, assigned(NODE_A, null)).refused.at(-1), true)
  })

  it('are found by their node and by their object, as long as they stand', () => {
    const move = assigned(NODE_B, 'shop.web.0.4')
    const { view } = play(...ground, assigned(NODE_A, null), move)
    assert.deepEqual([...view.tasksOn(NODE_A)], [])
    assert.deepEqual([...view.tasksOn(NODE_B)], [...view.tasks.values()])
    assert.deepEqual([...view.tasksOf(WEB)], [...view.tasks.values()])
    assert.deepEqual([...view.tasksOf('service/shop/api')], [])
  })

  it('free a slot when its task is released, once or twice', () => {
    const release = { type: 'taskReleased', task: 'shop.web.0.4', reason: 'scaled down' } as const
    const { view, refused } = play(
      ...ground,
      assigned(NODE_A, null),
      release,
      release,
      assigned(NODE_B, null),
    )
    assert.deepEqual([...view.tasks.keys()], ['shop.web.0.7'])
    assert.equal(refused.at(-1), false)
  })
})
