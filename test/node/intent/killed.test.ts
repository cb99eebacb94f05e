import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore } from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const ACKNOWLEDGED = 200

describe('intent: a daemon that is killed in the midst of writing', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())

  it('has every revision on disk that was acknowledged', async function () {
    this.timeout(30_000)
    const program = join(import.meta.dirname, 'write-until-killed.ts')
    const child = spawn(process.execPath, [program, scratch.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const acknowledged: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      if (acknowledged.push(line) === ACKNOWLEDGED) child.kill('SIGKILL')
    }
    await exited
    assert.ok(acknowledged.length >= ACKNOWLEDGED)
    const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    try {
      for (const id of acknowledged) assert.notEqual(await store.records('revisions').get(id), null)
    } finally {
      await store.close()
    }
  })
})
