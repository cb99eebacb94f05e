/** The watchdog as its own process, and real processes that it guards. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { variablesBelow } from '../../../cli/commands/watchdog.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { bootMs, createWatchdogClient } from '../../../node/watchdog/index.ts'
import { resolveSettings } from '../../../protocols/control/settings/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { coterie } from '../../cli/coterie.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock } from '../agent/grounds.ts'
import { allGone, createStage, end, isGone, LATER_MS, type Stage, type Task } from './stage.ts'

const DAEMON = fileURLToPath(new URL('./guarding-daemon.ts', import.meta.url))

/** Long enough to be moved before it ends, on a machine that does other things too. */
const SOON_MS = 1_500

/** A clock that runs so many times faster than the machine's. */
const hurried = (times: number): Clock => ({
  ...realClock,
  nowMs: () => realClock.nowMs() * times,
  after: (delayMs, act) => realClock.after(delayMs / times, act),
})

describe('watchdog', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await createStage()
  })
  afterEach(() => stage.clear())

  const guardOf = ({ name, handle }: Task, inMs: number, token = 7) => ({
    task: name,
    token,
    handle,
    untilBootMs: bootMs() + inMs,
  })
  /** The kills that a client hears of. */
  const heardBy = (client: ReturnType<Stage['client']>): string[] => {
    const heard: string[] = []
    client.onKilled((task, token) => heard.push(`${task} ${token}`))
    return heard
  }

  it('kills what lapses, with all of its group and what left the group, and spares what is renewed', async () => {
    await stage.watchdog()
    const client = stage.client()
    assert.equal(await client.probe('process'), null)
    const heard = heardBy(client)
    const renewed = await stage.task('renewed')
    const lapsed = await stage.task(
      'lapsed',
      "trap '' TERM; sleep 1000 & echo $!; setsid sh -c 'echo $$; trap \"\" TERM HUP; echo .; sleep 1000; sleep 1000' & wait",
    )
    assert.equal(lapsed.pids.length, 3)
    await client.guard(guardOf(renewed, SOON_MS))
    await client.guard(guardOf(lapsed, SOON_MS))
    await client.guard(guardOf(renewed, LATER_MS))
    await allGone(lapsed)
    await eventually('it is told', () => heard.includes('lapsed 7'))
    assert.equal(await isGone(renewed.handle.leader), false)
    assert.deepEqual(
      (await client.guarded()).map(({ task }) => task),
      ['renewed', 'lapsed'],
    )
    assert.equal(heard.length, 1)
  })

  it('spares what was released', async () => {
    await stage.watchdog()
    const client = stage.client()
    const [released, lapsed] = [await stage.task('released'), await stage.task('lapsed')]
    await client.guard(guardOf(released, SOON_MS))
    await client.release('released')
    await client.guard(guardOf(lapsed, SOON_MS))
    await allGone(lapsed)
    assert.equal(await isGone(released.handle.leader), false)
  })

  it('kills what lapses after the daemon was killed or stands still, and tells the next one', async () => {
    await stage.watchdog()
    const tasks = [await stage.task('killed'), await stage.task('stopped')]
    const endings = (['SIGKILL', 'SIGSTOP'] as const).map(async (signal, at) => {
      const guard = JSON.stringify(guardOf(tasks[at] as Task, 0))
      const { child } = await stage.run(process.execPath, DAEMON, stage.dataDir, guard, `${SOON_MS}`)
      child.kill(signal)
    })
    await Promise.all(endings)
    for (const task of tasks) await allGone(task)
    const heard = heardBy(stage.client())
    await eventually('the next daemon hears of both', () => heard.length === 2)
    assert.deepEqual(heard.toSorted(), ['killed 7', 'stopped 7'])
  })

  it('goes on where one was killed, and tells what that one killed', async () => {
    const first = await stage.watchdog()
    const [past, future] = [await stage.task('past'), await stage.task('future')]
    const client = stage.client()
    await client.guard(guardOf(past, SOON_MS))
    await client.guard(guardOf(future, LATER_MS))
    await end(first)
    await assert.rejects(client.guard(guardOf(future, LATER_MS)), (error) =>
      isCoterieError(error, 'watchdogSilent'),
    )
    assert.equal(await isGone(past.handle.leader), false)
    const second = await stage.watchdog()
    await allGone(past)
    await end(second)
    await stage.watchdog()
    const heard = heardBy(stage.client())
    await eventually('the kill is told', () => heard.includes('past 7'))
    assert.deepEqual((await client.guarded()).map(({ task }) => task).toSorted(), ['future', 'past'])
    assert.equal(await isGone(future.handle.leader), false)
  })

  it('is replaced where it stands still, and ends once it goes on', async () => {
    const first = await stage.watchdog()
    const task = await stage.task('task')
    const client = stage.client(async () => void (await stage.watchdog()))
    await client.guard(guardOf(task, LATER_MS))
    first.kill('SIGSTOP')
    await eventually('another one guards', () => client.guard(guardOf(task, LATER_MS)).then(() => true))
    const exited = once(first, 'exit')
    first.kill('SIGCONT')
    await exited
    assert.equal(await isGone(task.handle.leader), false)
  })

  it('is ended where it stands still and others start it, who see only whether it lives', async () => {
    const first = await stage.watchdog()
    const task = await stage.task('task')
    const client = createWatchdogClient(
      { clock: hurried(8), logger: silentLogger, startOne: null },
      { dataDir: stage.dataDir },
    )
    try {
      await client.guard(guardOf(task, LATER_MS))
      const exited = once(first, 'exit')
      first.kill('SIGSTOP')
      assert.deepEqual(await exited, [null, 'SIGKILL'])
      await stage.watchdog()
      await eventually('the next one goes on', async () => (await client.guarded()).length === 1)
      assert.equal(await isGone(task.handle.leader), false)
    } finally {
      await client.close()
    }
  })

  it('is one for each directory', async () => {
    await stage.watchdog()
    const { code, stderr } = await coterie(['watchdog', '--data-dir', stage.dataDir])
    assert.equal(code, 1)
    assert.match(stderr, /answers already/)
  })

  it('is refused at once where there can be no directory, or no socket', async () => {
    await writeFile(join(stage.dataDir, 'file'), '')
    await mkdir(join(stage.dataDir, 'watchdog.sock'))
    for (const dataDir of [
      '/proc/coterie/below',
      '/sys/coterie',
      join(stage.dataDir, 'file'),
      stage.dataDir,
    ]) {
      const { code, stderr } = await coterie(['watchdog', '--data-dir', dataDir])
      assert.equal(code, 1)
      assert.match(stderr, /^coterie: the watchdog cannot .*(ENOENT|EPERM|EEXIST|EISDIR).*\n$/)
    }
    assert.deepEqual((await readdir(stage.dataDir)).sort(), ['file', 'watchdog.sock'])
  })

  it('takes the place of one that a daemon started, with what that one guards', async () => {
    const first = await stage.watchdog('--ends-idle')
    const task = await stage.task('task')
    const client = stage.client()
    await client.guard(guardOf(task, LATER_MS))
    const exited = once(first, 'exit')
    await stage.watchdog()
    await exited
    await eventually('the other guards it', async () => (await client.guarded().catch(() => [])).length === 1)
    assert.equal(await isGone(task.handle.leader), false)
    assert.equal((await coterie(['watchdog', '--data-dir', stage.dataDir, '--ends-idle'])).code, 1)
  })

  it('drops what was guarded before the machine started anew', async () => {
    const [before, after] = [await stage.task('before'), await stage.task('after')]
    const path = join(stage.dataDir, 'watchdog-guards.json')
    const guards = [{ ...guardOf(before, -1), hasLapsed: false, isSeen: false }]
    await writeFile(path, JSON.stringify({ bootId: 'another boot', guards }))
    await stage.watchdog()
    const client = stage.client()
    await client.guard(guardOf(after, 0))
    await allGone(after)
    assert.equal(await isGone(before.handle.leader), false)
    assert.doesNotMatch(await readFile(path, 'utf8'), /another boot/)
  })

  it('refuses what it could not kill, and what it knows better', async () => {
    await stage.watchdog()
    const client = stage.client()
    const task = await stage.task('task')
    const refuses = (guard: Parameters<typeof client.guard>[0], pattern: RegExp) =>
      assert.rejects(
        client.guard(guard),
        (error) => isCoterieError(error, 'watchdogRefused') && pattern.test(error.data.detail),
      )
    const guard = guardOf(task, LATER_MS)
    await refuses(
      { ...guard, handle: { ...task.handle, startTicks: task.handle.startTicks + 1 } },
      /not the one/,
    )
    await refuses({ ...guard, handle: { type: 'cgroup', path: ':/' } }, /no control groups of the kind/)
    await refuses(
      { ...guard, handle: { type: 'cgroup', path: 'freezer:/a/../..' } },
      /no control groups of the kind/,
    )
    await client.guard({ ...guard, untilBootMs: guard.untilBootMs + 0.5 })
    await refuses(guardOf(task, LATER_MS, 6), /older than 7/)
  })

  it('runs a daemon below it, hands signals on, and ends with its code after the last lease', async () => {
    const script = "trap 'exit 3' TERM; echo begun; while :; do sleep 0.05; done"
    const words = ['--data-dir', stage.dataDir, '--', 'sh', '-c', script]
    const { child } = await stage.run(process.execPath, 'cli/coterie.js', 'watchdog', ...words)
    const task = await stage.task('task')
    await stage.client().guard(guardOf(task, SOON_MS / 3))
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await exited
    assert.equal(code, 3)
    assert.equal(await isGone(task.handle.leader), true)
  })

  it('tells the daemon below it where both meet, and to start no other', async () => {
    const script = 'echo "$COTERIE_DATA_DIR $COTERIE_WATCHDOG"'
    const { stdout } = await coterie(['watchdog', '--data-dir', stage.dataDir, '--', 'sh', '-c', script])
    assert.equal(stdout, `${stage.dataDir} external\n`)
  })

  it('names no directory to the daemon below where nobody named one: its socket stays at its place', () => {
    const settings = resolveSettings(
      {},
      { env: {}, home: '/root', hostname: 'attic', cwd: '/', isRoot: true },
    )
    assert.deepEqual(variablesBelow(settings), { COTERIE_WATCHDOG: 'external' })
  })

  it('guards what it is told to whatever became of the configuration file, which the daemon below reads too', async () => {
    const script = 'echo "$COTERIE_CONFIG"'
    const words = ['watchdog', '--config', '/nonexistent.yaml']
    const { stdout } = await coterie([...words, '--data-dir', stage.dataDir, '--', 'sh', '-c', script])
    assert.equal(stdout, '/nonexistent.yaml\n')
    const { code, stderr } = await coterie([...words, '--', 'sh', '-c', script])
    assert.equal(code, 1)
    assert.match(stderr, /^coterie: there is no configuration file \/nonexistent\.yaml/)
  })

  it('says in one line that there is no such daemon', async () => {
    const { code, stderr } = await coterie(['watchdog', '--data-dir', stage.dataDir, '--', 'no-such-program'])
    assert.equal(code, 1)
    assert.match(stderr, /^coterie: the command no-such-program cannot be run: .*/m)
    assert.doesNotMatch(stderr, /^ {4}at /m)
  })
})
