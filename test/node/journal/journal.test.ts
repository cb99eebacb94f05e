import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createJournal, type Journal } from '../../../node/journal/index.ts'
import { FILE_BYTES_MAX, MEMORY_LENGTH_MAX } from '../../../node/journal/limits.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { realClock } from '../network/nodes.ts'
import { messageOf, messagesOf, readAll, said } from './lines.ts'

const LONG = 'x'.repeat(4_000)

describe('journal: of a node', () => {
  let directory: string
  let remove: () => Promise<void>
  let journal: Journal
  const opened: Journal[] = []
  beforeEach(async () => {
    const scratch = await scratchDir()
    directory = join(scratch.path, 'logs')
    remove = scratch.remove
    journal = await open()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await remove()
  })

  const open = async (wallMs = Date.now): Promise<Journal> => {
    const made = createJournal({ clock: { ...realClock, wallMs } })
    opened.push(made)
    await made.open(directory)
    return made
  }
  const kept = () => readFile(join(directory, 'daemon.log'), 'utf8')

  it('keeps lines over a restart, with numbers that go on', async () => {
    for (const word of ['one', 'two']) journal.write(said(word))
    await journal.close()
    const again = await open(() => 5)
    again.write(said('three'))
    const lines = await readAll(again)
    assert.deepEqual(lines.map(messageOf), ['one', 'two', 'three'])
    const [first = 0] = lines.map(({ sequence }) => sequence)
    assert.deepEqual(
      lines.map(({ sequence }) => sequence - first),
      [0, 1, 2],
    )
    assert.equal(again.began, first + 2)
    assert.equal((await stat(join(directory, 'daemon.log'))).mode & 0o777, 0o600)
  })

  it('has what was said before it had a directory', async () => {
    const early = createJournal({ clock: realClock })
    opened.push(early)
    early.write(said('early'))
    await early.open(directory)
    assert.deepEqual(await messagesOf(early), ['early'])
    await early.close()
    assert.match(await kept(), /early/)
  })

  it('has lines in the file without being closed, as after a kill', async () => {
    journal.write(said('last words'))
    await eventually('it is written', async () => (await kept()).includes('last words'))
  })

  it('leaves out half a line of a crash, and writes no line into it', async () => {
    journal.write(said('one'))
    await journal.close()
    await appendFile(join(directory, 'daemon.log'), '{"seq":99,"lev')
    const again = await open()
    again.write(said('two'))
    await again.close()
    assert.deepEqual(await messagesOf(await open()), ['one', 'two'])
  })

  it('is bounded on disk and in memory, and the newest lines stay', async () => {
    const count = Math.ceil((3 * FILE_BYTES_MAX) / LONG.length)
    for (let at = 0; at < count; at++) {
      journal.write(said(`${at} ${LONG}`))
      if (at % 100 === 0) await eventually('it is written', async () => (await kept()).includes(`"${at} x`))
    }
    await journal.close()
    const sizes = await Promise.all(
      (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size),
    )
    assert.equal(sizes.length, 2)
    for (const size of sizes) assert.ok(size <= FILE_BYTES_MAX)
    const lines = await readAll(journal)
    assert.ok(lines.length * LONG.length > FILE_BYTES_MAX)
    assert.equal(lines.at(-1)?.sequence, journal.next - 1)
    for (const [at, { sequence }] of lines.entries()) assert.equal(sequence, (lines[0]?.sequence ?? 0) + at)
  })

  it('gives a reader that is slow all lines all the same, from the files', async () => {
    const { signal } = new AbortController()
    journal.write(said('0'))
    const reader = journal.read(0, { follow: true, signal })[Symbol.asyncIterator]()
    assert.equal(messageOf((await reader.next()).value), '0')
    const count = Math.ceil((2 * MEMORY_LENGTH_MAX) / LONG.length)
    for (let at = 1; at < count; at++) {
      journal.write(said(`${at} ${LONG}`))
      if (at % 100 === 0) await eventually('it is written', async () => (await kept()).includes(`"${at} x`))
    }
    await eventually('all are written', async () => (await readAll(journal)).length === count)
    for (let at = 1; at < count; at++) {
      const { value } = await reader.next()
      assert.equal(value.sequence, journal.began + at)
    }
    await reader.return?.()
  })

  it('lets a reader that follows see lines as they come, and end when it wants', async () => {
    const ended = new AbortController()
    const seen: string[] = []
    const reading = (async () => {
      for await (const line of journal.read(0, { follow: true, signal: ended.signal }))
        seen.push(messageOf(line))
    })()
    for (const word of ['one', 'two', 'three']) {
      journal.write(said(word))
      await eventually(`${word} is seen`, () => seen.at(-1) === word)
    }
    ended.abort()
    await reading
    assert.deepEqual(seen, ['one', 'two', 'three'])
  })

  it('goes on in memory where the disk takes nothing, says so, and goes on in the file when it does', async () => {
    await rm(directory, { recursive: true })
    await writeFile(directory, 'in its place')
    journal.write(said('unkept'))
    await eventually('it is noticed', () => journal.problem() !== null)
    assert.deepEqual(await messagesOf(journal), ['unkept'])
    assert.equal(journal.totals().lost, 1)
    await rm(directory)
    await mkdir(directory)
    journal.write(said('kept'))
    await eventually('it is well again', () => journal.problem() === null)
    assert.match(await kept(), /"kept"/)
    assert.deepEqual(await messagesOf(journal), ['unkept', 'kept'])
  })

  it('goes on in memory while the disk is full, and in the file with whole lines when there is room', async function () {
    requires(this, 'root')
    const small = join(directory, 'small')
    await mkdir(small)
    const disk = await mountSmallDisk(small, 1)
    try {
      const full = createJournal({ clock: realClock })
      opened.push(full)
      await full.open(disk.seen('logs'))
      full.write(said('before'))
      await eventually('it is written', async () =>
        /before/.test(await readFile(disk.seen('logs/daemon.log'), 'utf8')),
      )
      await disk.fill()
      for (let at = 0; at < 10; at++) full.write(said(`${at} ${LONG}`))
      await eventually('it is noticed', () => /ENOSPC/.test(full.problem() ?? ''))
      assert.equal((await readAll(full)).length, 11)
      await disk.drain()
      full.write(said('after'))
      await eventually('it is well again', () => full.problem() === null)
      await full.close()
      const again = createJournal({ clock: realClock })
      opened.push(again)
      await again.open(disk.seen('logs'))
      const messages = await messagesOf(again)
      assert.deepEqual([messages[0], messages.at(-1)], ['before', 'after'])
      assert.ok(full.totals().lost > 0)
      await again.close()
    } finally {
      await disk.close()
    }
  })

  it('is no reason not to start where its directory cannot be made', async () => {
    await rm(directory, { recursive: true })
    await writeFile(directory, 'in its place')
    const without = await open()
    without.write(said('here'))
    assert.match(without.problem() ?? '', /EEXIST|ENOTDIR/)
    assert.deepEqual(await messagesOf(without), ['here'])
  })

  it('begins anew with greater numbers where its files were deleted', async () => {
    journal.write(said('one'))
    const { next } = journal
    await journal.close()
    await rm(directory, { recursive: true })
    const again = await open()
    assert.ok(again.began >= next && again.base === again.began)
  })

  it('counts lines by level', () => {
    for (const level of [30, 40, 40]) journal.write(said('x', { level }))
    assert.deepEqual(
      [...journal.totals().byLevel],
      [
        [30, 1],
        [40, 2],
      ],
    )
  })

  it('takes what is no line without harm', async () => {
    for (const odd of ['', 'x', '{}', '{"level":30}']) journal.write(odd)
    journal.write(said('a line'))
    assert.deepEqual(await messagesOf(journal), ['a line'])
  })
})
