/** Whatever comes in by the socket or lies in the file is judged before it counts. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chown, link, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { openGuardFile } from '../../../node/watchdog/guard-file.ts'
import { REQUEST_LENGTH_MAX } from '../../../node/watchdog/limits.ts'
import { createLines } from '../../../node/watchdog/lines.ts'
import {
  type NumberedRequest,
  readAnswer,
  readGuard,
  readRequest,
  writeLine,
} from '../../../node/watchdog/words.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { createStage, type Stage } from './stage.ts'

const GUARD = {
  task: 'shop.db.0.7',
  token: 7,
  untilBootMs: 1,
  handle: { type: 'processGroup', leader: 4711, startTicks: 1, environment: ['COTERIE_TASK=shop.db.0.7'] },
} as const

describe('words to the watchdog', () => {
  it('are read as they were written', () => {
    const requests: NumberedRequest[] = [
      { id: 1, type: 'look' },
      { id: 2, type: 'list' },
      { id: 3, type: 'guard', guard: GUARD },
      { id: 4, type: 'guard', guard: { ...GUARD, handle: { type: 'cgroup', path: ':/docker/a' } } },
      { id: 5, type: 'release', task: 'shop.db.0.7' },
      { id: 6, type: 'seen', task: 'shop.db.0.7', token: 7 },
    ]
    for (const request of requests) assert.deepEqual(readRequest(writeLine(request)), request)
  })

  it('mean what they meant when they were first spoken: a watchdog may be older than its daemon', () => {
    const guard =
      '{"task":"shop.db.0.7","token":7,"untilBootMs":1,"handle":{"type":"cgroup","path":":/docker/a"}}'
    for (const line of [
      `{"id":1,"type":"guard","guard":${guard},"more":1}`,
      '{"id":2,"type":"release","task":"shop.db.0.7"}',
      '{"id":3,"type":"look"}',
      '{"id":4,"type":"list"}',
      '{"id":5,"type":"seen","task":"shop.db.0.7","token":7}',
    ])
      assert.notEqual(readRequest(line), null, line)
    const view = '{"pid":9,"guarded":1,"docker":null,"process":"why not","means":"cgroup.kill"}'
    const guards = '[{"task":"shop.db.0.7","token":7,"untilBootMs":1}]'
    for (const line of [
      `{"id":1,"view":${view},"more":1}`,
      `{"id":4,"view":${view},"guards":${guards}}`,
      '{"id":1,"refused":"why not"}',
      '{"killed":{"task":"shop.db.0.7","token":7}}',
    ])
      assert.notEqual(readAnswer(line), null, line)
  })

  const hostile: readonly (readonly [string, unknown])[] = [
    ['the group of all processes', { ...GUARD, handle: { ...GUARD.handle, leader: 1 } }],
    ['no group', { ...GUARD, handle: { ...GUARD.handle, leader: 0 } }],
    ['a negative group', { ...GUARD, handle: { ...GUARD.handle, leader: -4711 } }],
    ['a fraction', { ...GUARD, token: 1.5 }],
    ['no time at all', { ...GUARD, untilBootMs: null }],
    ['a variable without a name', { ...GUARD, handle: { ...GUARD.handle, environment: ['=x'] } }],
    ['what other processes have too', { ...GUARD, handle: { ...GUARD.handle, environment: ['LANG=C'] } }],
    ['a path with NUL', { ...GUARD, handle: { type: 'cgroup', path: ':/a\0b' } }],
    ['another kind of handle', { ...GUARD, handle: { type: 'everything' } }],
    ['a list', [GUARD]],
  ]
  for (const [what, guard] of hostile)
    it(`do not guard ${what}`, () => {
      assert.equal(readGuard(guard), null)
      assert.equal(readRequest(JSON.stringify({ id: 1, type: 'guard', guard })), null)
    })

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        readRequest(line)
        readAnswer(line)
      }),
    )
    const anything = fc.record({
      id: fc.anything(),
      type: fc.anything(),
      guard: fc.anything(),
      task: fc.anything(),
    })
    fc.assert(
      fc.property(anything, (value) => {
        const request = readRequest(JSON.stringify(value))
        assert.ok(request === null || Number.isSafeInteger(request.id))
      }),
    )
  })

  it('are lines of bounded length, however they arrive', () => {
    const read = createLines(4)
    assert.deepEqual(read('ab'), [])
    assert.deepEqual(read('cd\nef\ng'), ['abcd', 'ef'])
    assert.equal(read('hijk'), null)
  })
})

describe('file of guards', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())
  const path = () => join(scratch.path, 'watchdog-guards.json')
  const file = () => openGuardFile(scratch.path, 'b')
  const KEPT = { ...GUARD, hasLapsed: false, isSeen: false }

  for (const text of ['', 'not JSON', '{"guards":3,"bootId":"b"}', 'null'])
    it(`is refused where it holds ${text === '' ? 'nothing' : text}`, async () => {
      await writeFile(path(), text)
      await assert.rejects(file().load())
    })

  it('gives what can be read beside what cannot', async () => {
    const guards = [{ task: 'queue' }, KEPT, null, 'x'.repeat(1_000)]
    await writeFile(path(), JSON.stringify({ bootId: 'b', guards }))
    const kept = await file().load()
    assert.deepEqual(kept.guards, [KEPT])
    assert.deepEqual(kept.unreadable.slice(0, 2), ['{"task":"queue"}', 'null'])
    assert.ok((kept.unreadable[2]?.length ?? 0) <= 200)
  })

  describe('in a directory of somebody else', () => {
    const STRANGER = 54_321
    before(function () {
      requires(this, 'root')
    })
    beforeEach(() => chown(scratch.path, STRANGER, STRANGER))

    it('is believed where root wrote it, and not where they did', async () => {
      await file().save([KEPT])
      assert.deepEqual((await file().load()).guards, [KEPT])
      await chown(path(), STRANGER, STRANGER)
      await assert.rejects(file().load(), /belongs to user 54321/)
      await file().save([KEPT])
      assert.equal((await stat(path())).uid, process.geteuid?.())
    })

    it('is not read through a link', async () => {
      const elsewhere = join(scratch.path, 'elsewhere')
      await writeFile(elsewhere, JSON.stringify({ bootId: 'b', guards: [KEPT] }))
      await symlink(elsewhere, path())
      await assert.rejects(file().load(), { code: 'ELOOP' })
    })

    it('is written through no link, nor into a file that they hold open', async () => {
      const victim = join(scratch.path, 'victim')
      await writeFile(victim, 'untouched')
      await symlink(victim, `${path()}.new`)
      await file().save([KEPT])
      await link(victim, `${path()}.new`)
      await file().save([KEPT])
      assert.equal(await readFile(victim, 'utf8'), 'untouched')
      assert.deepEqual((await file().load()).guards, [KEPT])
    })
  })
})

describe('watchdog: among strangers', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await createStage()
  })
  afterEach(() => stage.clear())

  it('cuts whoever says what is no request, and goes on', async () => {
    await stage.watchdog()
    const path = join(stage.dataDir, 'watchdog.sock')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const nonsense = [
      'hello\n',
      '{}\n',
      '\n',
      'x'.repeat(REQUEST_LENGTH_MAX + 1),
      `${'['.repeat(10_000)}\n`,
      `${JSON.stringify({ id: 1, type: 'guard', guard: { ...GUARD, token: -1 } })}\n`,
    ]
    for (const text of nonsense) {
      const socket = connect({ path })
      socket.on('error', () => {})
      socket.write(text)
      await once(socket, 'close')
    }
    assert.equal(await stage.client().probe('process'), null)
  })

  it('serves a bounded number at once', async () => {
    await stage.watchdog()
    const sockets = Array.from({ length: 20 }, () => connect({ path: join(stage.dataDir, 'watchdog.sock') }))
    let closed = 0
    const many = Promise.withResolvers<void>()
    for (const socket of sockets) {
      socket.on('error', () => {})
      socket.once('close', () => {
        closed += 1
        if (closed === sockets.length - 8) many.resolve()
      })
    }
    await many.promise
    for (const socket of sockets) socket.destroy()
  })
})
