import assert from 'node:assert/strict'
import {
  followSlots,
  lookAtSlots,
  REJECTIONS_MAX,
  STEADY_MS,
  slotsOf,
  UNPLACED_MS,
  verdictOf,
} from '../../../cli/deploy/slots.ts'
import type { Task, WaitingSlot } from '../../../protocols/control/index.ts'
import { handMadeTask, revisionId } from '../../node/control/hand-made.ts'

const HEAD = revisionId('b')
const OLD = revisionId('a')

interface Look {
  readonly atMs: number
  readonly tasks?: readonly Partial<Task>[]
  readonly waiting?: readonly Partial<WaitingSlot>[]
}

/** The verdict, the texts and the number of news after each of these looks at a service of so many slots. */
const looks = (replicas: number, ...given: readonly Look[]) => {
  const services = [{ object: 'service/shop/web', revision: HEAD, replicas, isRemoved: false }]
  let slots = slotsOf(services)
  return given.map(({ atMs, tasks = [], waiting = [] }) => {
    const before = slots
    const all = {
      tasks: tasks.map((task, at) => handMadeTask('shop', 'web', at, { revision: HEAD, ...task })),
      waiting: waiting.map((wait) => ({
        object: 'service/shop/web',
        slot: 0,
        reason: 'no room',
        retryAtMs: null,
        ...wait,
      })),
    }
    slots = lookAtSlots(followSlots(services, before, all), all, atMs)
    return {
      verdict: verdictOf(slots),
      texts: slots.map(({ text }) => text),
      news: slots.filter(({ news }, at) => news !== before[at]?.news).length,
      dueMs: slots[0]?.dueMs,
    }
  })
}
const verdicts = (replicas: number, ...given: readonly Look[]) =>
  looks(replicas, ...given).map(({ verdict }) => verdict)

describe('deploy: a slot tells', () => {
  it('how far its image is here, and what its check says, each as news', () => {
    const MEBIBYTE = 1024 * 1024
    const pull = (done: number) => ({ doneBytes: done * MEBIBYTE, totalBytes: 8 * MEBIBYTE })
    const told = looks(
      1,
      { atMs: 0, tasks: [{ state: 'preparing', pull: pull(2) }] },
      { atMs: 1, tasks: [{ state: 'preparing', pull: pull(5) }] },
      { atMs: 2, tasks: [{ health: 'starting' }] },
      { atMs: 3, tasks: [{ health: 'healthy' }] },
    )
    assert.deepEqual(
      told.map(({ texts, news }) => [texts[0], news]),
      [
        ['preparing on kitchen, pulls its image: 2.0 of 8.0 MiB', 1],
        ['preparing on kitchen, pulls its image: 5.0 of 8.0 MiB', 1],
        ['running on kitchen, its health check says starting', 1],
        ['running on kitchen', 1],
      ],
    )
  })
})

describe('deploy: a slot is up', () => {
  it('when its task has run for a while, and says when that is', () => {
    const [first, second] = looks(1, { atMs: 5, tasks: [{}] }, { atMs: 5 + STEADY_MS, tasks: [{}] })
    assert.deepEqual([first?.verdict, first?.dueMs, first?.news], [null, 5 + STEADY_MS, 1])
    assert.deepEqual([second?.verdict, second?.dueMs, second?.news], ['up', null, 0])
  })

  it('not when it ran in another attempt before', () => {
    const again = [
      { atMs: 0, tasks: [{}] },
      { atMs: STEADY_MS, tasks: [{ attempt: 2 }] },
    ] as const
    assert.deepEqual(verdicts(1, ...again, { atMs: 2 * STEADY_MS, tasks: [{ attempt: 2 }] }), [
      null,
      null,
      'up',
    ])
  })

  it('not while it runs an older revision', () => {
    const old = { atMs: 0, tasks: [{ revision: OLD, outdated: true }] }
    assert.deepEqual(verdicts(1, old, { ...old, atMs: 60_000 }), [null, null])
    assert.match(looks(1, old)[0]?.texts[0] ?? '', /running on kitchen, another revision/)
  })

  it('not when its node is lost and it has no other place', () => {
    const lost = { tasks: [{}], waiting: [{ reason: 'node is dead on 1 of 1 node' }] }
    assert.deepEqual(verdicts(1, { atMs: 0, ...lost }, { atMs: UNPLACED_MS, ...lost }), [null, 'unplaced'])
  })

  it('whatever the number of its slot, and when what it stands for is gone', () => {
    const old = { slot: 0, revision: OLD, outdated: true }
    const fresh = { slot: 1, task: 'shop.web.1.9' }
    const both = { tasks: [old, fresh] }
    const story = [
      { atMs: 0, ...both },
      { atMs: STEADY_MS, ...both },
      { atMs: 2 * STEADY_MS, tasks: [fresh] },
    ]
    assert.deepEqual(verdicts(1, ...story), [null, null, 'up'])
    assert.deepEqual(looks(1, ...story)[1]?.texts, ['is ended on kitchen', 'running on kitchen'])
  })

  it('at once when it completed', () => {
    assert.deepEqual(verdicts(1, { atMs: 0, tasks: [{ state: 'completed' }] }), ['up'])
  })

  it('also where none are wanted', () => assert.deepEqual(verdicts(0, { atMs: 0 }), ['up']))
})

describe('deploy: a slot has failed', () => {
  it('when its task has, whatever the others do', () => {
    assert.deepEqual(verdicts(2, { atMs: 0, tasks: [{ state: 'starting' }, { state: 'failed' }] }), [
      'failed',
    ])
  })

  it('not when a task of an older revision has', () => {
    assert.deepEqual(verdicts(1, { atMs: 0, tasks: [{ state: 'failed', revision: OLD, outdated: true }] }), [
      null,
    ])
  })

  it('not while it is restarted in place', () => {
    assert.deepEqual(verdicts(1, { atMs: 0, tasks: [{ state: 'waiting', attempt: 7 }] }), [null])
  })

  it('when it was rejected so many times, one task counting once', () => {
    const rejections = Array.from({ length: REJECTIONS_MAX }, (_, at): Look[] => [
      { atMs: at, tasks: [{ state: 'rejected', task: `shop.web.0.${at}` }] },
      { atMs: at, tasks: [{ state: 'rejected', task: `shop.web.0.${at}` }] },
    ]).flat()
    const expected = rejections.map((_, at) => (at < rejections.length - 2 ? null : 'failed'))
    assert.deepEqual(verdicts(1, ...rejections), expected)
  })
})

describe('deploy: a slot cannot be placed', () => {
  it('when that has not changed for a while', () => {
    const wait = { waiting: [{}] }
    assert.deepEqual(verdicts(1, { atMs: 0, ...wait }, { atMs: UNPLACED_MS, ...wait }), [null, 'unplaced'])
    assert.equal(looks(1, { atMs: 0, ...wait })[0]?.texts[0], 'waits: no room')
  })

  it('not while it has a next try, which is told once', () => {
    const retry = (atMs: number, left: number) => ({
      atMs,
      waiting: [{ reason: `the next try is in ${left} s`, retryAtMs: 9 }],
    })
    const [first, second] = looks(1, retry(0, 60), retry(UNPLACED_MS, 57))
    assert.deepEqual([first?.news, second?.news, second?.verdict], [1, 0, null])
  })
})
