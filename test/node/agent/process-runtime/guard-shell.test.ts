import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../../support/eventually.ts'
import { scratchDir } from '../../../support/scratch.ts'

const DAEMON = fileURLToPath(new URL('./doomed-daemon.ts', import.meta.url))

/** True where nothing runs under that pid; a zombie does not run. */
const isGone = async (pid: number): Promise<boolean> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
  } catch {
    return true
  }
}

describe('process runtime: when the daemon is killed', () => {
  it('nothing of its tasks lives on, not even what ignores signals', async () => {
    const scratch = await scratchDir()
    const daemon = spawn(process.execPath, [DAEMON, scratch.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(daemon.stdout, 'data')) as [Buffer]
      const pids = line.toString().trim().split(' ').map(Number)
      assert.equal(pids.length, 2)
      for (const pid of pids) assert.equal(await isGone(pid), false)
      daemon.kill('SIGKILL')
      for (const pid of pids) await eventually(`process ${pid} ends`, () => isGone(pid))
    } finally {
      daemon.kill('SIGKILL')
      await scratch.remove()
    }
  })
})
