import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askApart } from '../../../node/profile/ask-apart.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { unpackMachine } from './unpacked-machine.ts'

const DESKTOP = fileURLToPath(new URL('./machines/desktop.machine', import.meta.url))

const LSPCI = `cat <<END
01:00.0 VGA compatible controller: NVIDIA Corporation AD104 [GeForce RTX 4070] (rev a1) (prog-if 00 [VGA controller])
	Subsystem: Gigabyte Technology Co., Ltd Device 40ee
	Region 1: Memory at 7800000000 (64-bit, prefetchable) [size=16G]

10:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Raphael (rev c1) (prog-if 00 [VGA controller])
END`

const NVIDIA_SMI =
  'echo "550.54.14, 0x40EE1458, NVIDIA GeForce RTX 4070, 00000000:01:00.0, 30, 12282, 512, 11770, 3, 1, 41, [N/A], 12.50, 200.00, 210, 405"'

describe('profile: a machine that is asked in a process of its own', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let root: string
  beforeEach(async () => {
    scratch = await scratchDir()
    root = join(scratch.path, 'root')
    await unpackMachine(DESKTOP, root)
  })
  afterEach(() => scratch.remove())

  const program = async (name: string, script: string) => {
    const path = join(scratch.path, 'bin', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  const path = () => [join(scratch.path, 'bin'), '/usr/bin', '/bin'].join(delimiter)
  const task = () => ({ root, dataDir: scratch.path })

  /** A program that never answers, and cannot be asked to end. It writes down its number. */
  const hangs = () =>
    `trap '' TERM INT HUP\necho $$ > ${scratch.path}/pid.new\nmv ${scratch.path}/pid.new ${scratch.path}/pid\nexec sleep 1000`
  const hangingPid = async () => Number(await readFile(join(scratch.path, 'pid'), 'utf8').catch(() => 'NaN'))
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  }

  it('tells every fact, with the names that its programs give', async () => {
    await program('lspci', LSPCI)
    await program('nvidia-smi', NVIDIA_SMI)
    const facts = await askApart(task(), { path: path() })
    assert.deepEqual(facts.cpuModel, { value: 'AMD Ryzen 9 7950X 16-Core Processor' })
    assert.deepEqual(facts.temperature, { value: { currentCelsius: 49.3, limitCelsius: null } })
    assert.ok('value' in facts.storageBytes && facts.storageBytes.value > 0)
    assert.deepEqual(facts.gpus, {
      value: [
        {
          vendor: 'NVIDIA',
          model: 'NVIDIA GeForce RTX 4070',
          memoryBytes: 12_282 * 2 ** 20,
          integrated: false,
        },
        { vendor: 'AMD', model: 'Raphael', memoryBytes: null, integrated: true },
      ],
    })
  })

  it('hands its programs no secret and no display', async () => {
    await program('lspci', `env > ${scratch.path}/env`)
    await askApart(task(), { path: path() })
    const names = (await readFile(join(scratch.path, 'env'), 'utf8'))
      .split('\n')
      .map((line) => line.split('=')[0])
    assert.ok(names.includes('PATH'))
    assert.deepEqual(
      names.filter((name) => /TOKEN|SECRET|DISPLAY|HOME|USER/.test(name ?? '')),
      [],
    )
  })

  it('tells what it knows where a program and a file never answer, and ends both', async () => {
    await program('lspci', LSPCI)
    await program('nvidia-smi', hangs())
    execFileSync('mkfifo', [join(root, 'proc/meminfo.new')])
    execFileSync('mv', [join(root, 'proc/meminfo.new'), join(root, 'proc/meminfo')])
    const facts = await askApart(task(), { path: path(), timeoutMs: 5_000 })
    assert.deepEqual(facts.memoryBytes, { reason: 'no answer came within 5 s' })
    assert.deepEqual(facts.cpuModel, { value: 'AMD Ryzen 9 7950X 16-Core Processor' })
    assert.equal('value' in facts.gpus && facts.gpus.value[0]?.model, '10de:2786')
    const pid = await hangingPid()
    await eventually('the program is gone', () => isGone(pid))
  })

  it('ends with its programs when nobody waits any more', async () => {
    await program('lspci', hangs())
    const controller = new AbortController()
    const asking = askApart(task(), { path: path(), timeoutMs: 60_000, signal: controller.signal })
    const refused = assert.rejects(asking, { name: 'AbortError' })
    await eventually('the program hangs', async () => Number.isInteger(await hangingPid()))
    controller.abort()
    await refused
    const pid = await hangingPid()
    await eventually('the program is gone', () => isGone(pid))
  })
})
