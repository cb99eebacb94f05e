import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { carryOverApart } from '../../../node/storage/carry-over-apart.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'

describe('the process that carries over what a damaged store holds', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let copy: string
  let made: string
  beforeEach(async () => {
    scratch = await scratchDir()
    copy = join(scratch.path, 'copy')
    made = join(scratch.path, 'made')
    await mkdir(copy)
  })
  afterEach(() => scratch.remove())

  /** LevelDB opens it to read, and waits for who writes. */
  const writeEndlessLog = () => execFileSync('mkfifo', [join(copy, '000009.log')])
  const run = (timeoutMs?: number) =>
    carryOverApart({ copy, made, kept: [], repairs: true }, () => undefined, timeoutMs)
  /** Processes that have this test's directory in their command line, and are what the name says. */
  const running = async (name: string): Promise<number[]> => {
    const found: number[] = []
    for (const pid of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (command.includes(scratch.path) && command.includes(name)) found.push(Number(pid))
    }
    return found
  }

  it('is ended when it takes too long, and that is said', async () => {
    writeEndlessLog()
    assert.deepEqual(await run(100), { records: 0, died: 'it took over 0.1 s' })
    assert.deepEqual(await running('carry-over-process'), [])
  })

  it('ends with the process that started it, in the midst of a repair', async () => {
    writeEndlessLog()
    const program = join(import.meta.dirname, 'carry-over-until-killed.ts')
    const starter = spawn(process.execPath, [program, copy, made], { stdio: 'ignore' })
    const exited = once(starter, 'exit')
    try {
      await eventually('the new store is open', async () => (await readdir(made)).includes('CURRENT'))
      assert.equal((await running('carry-over-process')).length, 1)
    } finally {
      starter.kill('SIGKILL')
      await exited
    }
    await eventually('it ended', async () => (await running('carry-over-process')).length === 0)
  })

  it('says why the new store cannot be written: that is no damage', async () => {
    await writeFile(made, 'no directory')
    await assert.rejects(run(), /made/)
  })
})
