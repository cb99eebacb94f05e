/** What a container may have, asked of the real engine. */
import assert from 'node:assert/strict'
import type { ObservedTask } from '../../../../node/ports/runtime.ts'
import { docker } from '../../../support/engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { requires } from '../../../support/requirements.ts'
import { createDockerGround, type Ground, serviceOf, startOf } from '../grounds.ts'

const TASK = 'shop.web.0.7'
const NEVER = new AbortController().signal
const MEBIBYTE = 1024 * 1024

describe('docker runtime: limits', () => {
  let ground: Ground

  before(function () {
    requires(this, 'docker')
  })
  beforeEach(async () => {
    ground = await createDockerGround()
  })
  afterEach(() => ground?.remove())

  it('reach the engine', async () => {
    const resources = { limit: { memoryMb: 32, milliCpus: 250, pids: 20 }, reserved: { memoryMb: 8 } }
    const spec = serviceOf(['sleep', '1000'], { image: ground.image, resources })
    const runtime = ground.runtime()
    await runtime.start(startOf(spec, TASK), NEVER)
    const format =
      '{{.HostConfig.Memory}} {{.HostConfig.MemoryReservation}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}'
    const ids = await docker(
      'ps',
      '--quiet',
      '--filter',
      `label=coterie.task=${TASK}`,
      '--filter',
      `ancestor=${ground.image}`,
    )
    assert.equal(
      await docker('inspect', '--format', format, ids),
      `${32 * MEBIBYTE} ${8 * MEBIBYTE} 250000000 20`,
    )
  })

  it('of disk reach an engine that can, and keep nothing from running on one that cannot', async () => {
    const spec = serviceOf(['sleep', '1000'], { image: ground.image, resources: { diskMb: 64 } })
    const runtime = ground.runtime()
    await runtime.start(startOf(spec, TASK), NEVER)
    await runtime.start(startOf(spec, 'shop.web.1.8'), NEVER)
    const running = (await runtime.list()).filter(({ state }) => state === 'running')
    assert.equal(running.length, 2)
  })

  it('of memory end a program that needs more, and it is told why', async () => {
    // The shell keeps all of the endless output.
    const spec = serviceOf(['sh', '-c', 'all=$(yes)'], {
      image: ground.image,
      resources: { limit: { memoryMb: 16 } },
    })
    const runtime = ground.runtime()
    await runtime.start(startOf(spec, TASK), NEVER)
    const ended = await eventually('it ends', async () => {
      const seen = (await runtime.list()).find(({ task }) => task === TASK)
      return seen?.state === 'exited' ? (seen as Extract<ObservedTask, { state: 'exited' }>) : null
    })
    assert.equal(ended.isOutOfMemory, true)
  })
})
