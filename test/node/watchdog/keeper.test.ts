/** The keeper alone: its clock, its disk and its killer are in the test's hand. */
import assert from 'node:assert/strict'
import type { Guard, KillHandle } from '../../../node/ports/watchdog.ts'
import type { KeptGuard, KeptGuards } from '../../../node/watchdog/guard-file.ts'
import { createKeeper, type Keeper } from '../../../node/watchdog/keeper.ts'
import { LAPSED_STAY_MS } from '../../../node/watchdog/limits.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const guardOf = (task: string, untilBootMs: number, token = 1): Guard => ({
  task,
  token,
  untilBootMs,
  handle: { type: 'cgroup', path: `:/docker/${task}` },
})

const taskOf = (handle: KillHandle): string =>
  handle.type === 'cgroup' ? handle.path.slice(':/docker/'.length) : ''

describe('keeper', () => {
  let nowMs: number
  let isOwner: boolean
  /** Attempts that each task's end still takes. */
  let attempts: Map<string, number>
  let onKill: () => void
  let killed: string[]
  let told: string[]
  let kept: readonly KeptGuard[] | Error
  let unreadable: KeptGuards['unreadable']
  /** The fields of lines that tell of an error. */
  let errors: object[]
  let diskError: Error | null
  const keepers: Keeper[] = []

  const open = async (): Promise<Keeper> => {
    const keeper = createKeeper({
      nowMs: () => nowMs,
      isOwner: async () => isOwner,
      logger: { ...silentLogger, error: (fields) => void errors.push(fields) },
      file: {
        load: async () => {
          if (kept instanceof Error) throw kept
          return { guards: kept, unreadable }
        },
        save: async (guards) => {
          if (diskError !== null) throw diskError
          kept = structuredClone(guards)
        },
      },
      killer: {
        ability: async () => ({ docker: null, process: null, means: '' }),
        obstacle: async () => null,
        isBack: async (handle) => (attempts.get(taskOf(handle)) ?? 0) > 0,
        kill: async (handle) => {
          onKill()
          const task = taskOf(handle)
          const left = attempts.get(task) ?? 0
          attempts.set(task, Math.max(0, left - 1))
          if (left > 1) return false
          killed.push(task)
          return true
        },
      },
    })
    keeper.onKilled(({ task, token }) => told.push(`${task} ${token}`))
    await keeper.start()
    keepers.push(keeper)
    return keeper
  }

  beforeEach(() => {
    nowMs = 1_000
    isOwner = true
    attempts = new Map()
    onKill = () => {}
    killed = []
    told = []
    kept = []
    unreadable = []
    errors = []
    diskError = null
  })
  afterEach(() => {
    for (const keeper of keepers.splice(0)) keeper.stop()
  })

  it('kills at the deadline and not before, and keeps at it until nothing is left', async () => {
    const keeper = await open()
    attempts.set('db', 3)
    assert.equal(await keeper.guard(guardOf('db', 2_000)), null)
    nowMs = 1_999
    keeper.look()
    nowMs = 2_000
    keeper.look()
    assert.match(
      (await eventually('it is being killed', () => keeper.guard(guardOf('db', 9_000)))) ?? '',
      /being killed/,
    )
    assert.deepEqual(told, [])
    await eventually('it is told', () => told.length > 0)
    assert.deepEqual(told, ['db 1'])
    assert.equal(attempts.get('db'), 0)
  })

  it('kills again what begins again after it lapsed, and tells once', async () => {
    const keeper = await open()
    await keeper.guard(guardOf('db', 1_000))
    await eventually('it is told', () => told.length > 0)
    attempts.set('db', 1)
    await eventually('it is killed again', () => killed.length === 2)
    assert.deepEqual(told, ['db 1'])
    await keeper.release('db')
    attempts.set('db', 1)
    keeper.look()
    await keeper.guard(guardOf('other', 1_000))
    await eventually('another is killed', () => killed.includes('other'))
    assert.deepEqual(killed, ['db', 'db', 'other'])
  })

  it('says of a kill that goes on failing so ever more seldom', async () => {
    const keeper = await open()
    const failures = 40
    let failed = 0
    onKill = () => {
      if (failed === failures) return
      failed += 1
      nowMs += 5_000
      throw new Error('EIO: i/o error')
    }
    await keeper.guard(guardOf('db', 1_000))
    await eventually('it is killed', () => killed.length > 0)
    // In 200 s: at once, and after 5, 10, 15, 25, 45, 80 and 140 s, whichever attempt is next.
    assert.equal(errors.length, 8)
  })

  it('guards once more what lapsed and was given a new lease', async () => {
    const keeper = await open()
    await keeper.guard(guardOf('db', 1_000))
    await eventually('it is told', () => told.length > 0)
    assert.equal(await keeper.guard(guardOf('db', 5_000)), null)
    attempts.set('db', 1)
    nowMs = 4_999
    keeper.look()
    await keeper.guard(guardOf('other', 1_000))
    await eventually('another is killed', () => killed.includes('other'))
    assert.deepEqual(killed, ['db', 'other'])
  })

  it('kills nothing once another has taken the directory', async () => {
    const keeper = await open()
    let lost = 0
    keeper.onLost(() => {
      lost += 1
    })
    await keeper.guard(guardOf('db', 2_000))
    isOwner = false
    nowMs = 3_000
    keeper.look()
    await eventually('it sees that', () => lost === 1)
    assert.deepEqual(killed, [])
    assert.match((await keeper.guard(guardOf('db', 9_000))) ?? '', /another watchdog/)
  })

  it('answers no guard that is not on disk, and kills whatever the disk does', async () => {
    const keeper = await open()
    diskError = new Error('no space left on device')
    await assert.rejects(keeper.guard(guardOf('db', 2_000)), diskError)
    nowMs = 2_000
    await eventually('it is killed', () => killed.includes('db'))
  })

  it('goes on with what an earlier one kept, and tells what nobody heard of', async () => {
    const first = await open()
    await first.guard(guardOf('past', 1_000))
    await first.guard(guardOf('heard', 1_000))
    await first.guard(guardOf('due', 2_000))
    await first.guard(guardOf('future', 9_000))
    await eventually('two are told', () => told.length === 2)
    await first.seen({ task: 'heard', token: 1 })
    first.stop()
    nowMs = 3_000
    killed = []
    const second = await open()
    await eventually('what was due is killed', () => killed.length > 0)
    assert.deepEqual(killed, ['due'])
    await eventually('it is kept', () => second.unseen().length === 2)
    assert.deepEqual(second.unseen(), [
      { task: 'past', token: 1 },
      { task: 'due', token: 1 },
    ])
    assert.equal(second.isWaiting(), true)
  })

  it('begins anew where what an earlier one kept cannot be read', async () => {
    kept = new Error('it holds nonsense')
    const keeper = await open()
    assert.deepEqual(keeper.list(), [])
    assert.equal(await keeper.guard(guardOf('db', 2_000)), null)
  })

  it('goes on with what can be read beside what cannot, and says what that was', async () => {
    kept = [{ ...guardOf('db', 9_000), hasLapsed: false, isSeen: false }]
    unreadable = ['{"task":"queue"}']
    const keeper = await open()
    assert.deepEqual(
      keeper.list().map(({ task }) => task),
      ['db'],
    )
    assert.deepEqual(errors, [{ detail: '{"task":"queue"}' }])
  })

  it('is done when all lapsed long ago', async () => {
    const keeper = await open()
    assert.equal(keeper.isDone(), true)
    await keeper.guard(guardOf('db', 1_000))
    await eventually('it is told', () => told.length > 0)
    assert.deepEqual([keeper.isWaiting(), keeper.isDone()], [false, false])
    nowMs = 1_001 + LAPSED_STAY_MS
    assert.equal(keeper.isDone(), true)
  })

  it('refuses deadlines of another kind of clock', async () => {
    const keeper = await open()
    assert.match((await keeper.guard(guardOf('db', Date.now()))) ?? '', /more than an hour/)
  })
})
