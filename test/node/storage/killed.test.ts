import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore } from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** Enough to pass the size at which LevelDB turns its write-ahead log into a table. */
const ACKNOWLEDGED_EACH = 900
const KILLS = 3

describe('a store whose process is killed in the midst of writing', () => {
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

  it('has every persist that was acknowledged, each time', async function () {
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
})
