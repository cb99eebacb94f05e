import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore } from '../../../node/storage/index.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** Enough to pass the size at which LevelDB turns its write-ahead log into a table. */
const ACKNOWLEDGED_EACH = 900
const KILLS = 3

describe('a store that ends in the midst of writing', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())

  /** The last index that the child said was on disk. */
  const writeUntilKilled = async (): Promise<number> => {
    const program = join(import.meta.dirname, 'persist-until-killed.ts')
    const child = spawn(process.execPath, [program, scratch.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let acknowledged = 0
    let count = 0
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (++count === ACKNOWLEDGED_EACH) child.kill('SIGKILL')
    }
    await exited
    return acknowledged
  }

  it('by SIGKILL has every persist that was acknowledged, each time', async function () {
    this.timeout(60_000)
    for (let kill = 1; kill <= KILLS; kill++) {
      const acknowledged = await writeUntilKilled()
      assert.ok(acknowledged >= kill * ACKNOWLEDGED_EACH)
      const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
      try {
        const { hardState, entries } = await store.consensus.load()
        assert.ok(entries.length >= acknowledged, `${entries.length} of ${acknowledged}`)
        assert.equal(hardState?.term, entries.length)
        assert.ok(entries.every(({ index, data }) => data.every((byte) => byte === index % 256)))
      } finally {
        await store.close()
      }
    }
  })

  it('on a disk that is full for a while, says so until it is opened again, and keeps what it acknowledged', async function () {
    requires(this, 'prlimit')
    this.timeout(60_000)
    const program = join(import.meta.dirname, 'persist-until-killed.ts')
    // Files of at most 512 KiB stand for a full disk.
    const command = `ulimit -S -f 1024; exec "$0" "$1" "$2"`
    const args = ['-c', command, process.execPath, program, scratch.path]
    const child = spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      const wasFull = lines.at(-1) === 'storeFailed'
      lines.push(line)
      if (wasFull) child.stdin.end()
      else if (line === 'storeFailed') {
        execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:'])
        child.stdin.write('\n')
      }
    }
    await exited
    assert.deepEqual(lines.splice(-2), ['storeFailed', 'storeFailed'])
    const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    try {
      const { entries } = await store.consensus.load()
      assert.ok(lines.length > 0 && entries.length >= lines.length)
    } finally {
      await store.close()
    }
  })
})
