import assert from 'node:assert/strict'
import type { ContainerCreateOptions } from 'dockerode'
import { createDiskLimits } from '../../../../node/agent/docker-runtime/disk-limit.ts'
import { recordingLogger } from '../../control/fixture.ts'

const refusal = (detail: string) =>
  Object.assign(new Error(`(HTTP code 500) server error - ${detail} `), { statusCode: 500 })

const LIMITED: ContainerCreateOptions = {
  Image: 'web:1',
  HostConfig: { Init: true, StorageOpt: { size: '64m' } },
}
const UNLIMITED: ContainerCreateOptions = { Image: 'web:1', HostConfig: { Init: true } }

describe('docker runtime: a limit of the disk', () => {
  const engine = (answer: (container: ContainerCreateOptions) => Error | null) => {
    const made: ContainerCreateOptions[] = []
    return {
      made,
      make: async (container: ContainerCreateOptions) => {
        made.push(container)
        const error = answer(container)
        if (error !== null) throw error
      },
    }
  }

  it('is asked of an engine that can', async () => {
    const { made, make } = engine(() => null)
    await createDiskLimits(recordingLogger())(LIMITED, make)
    assert.deepEqual(made, [LIMITED])
  })

  it('is left out once an engine has said that it cannot, which is told once', async () => {
    for (const words of [
      "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
      'Storage Option size not supported: storage-opt',
      'Filesystem does not support, or has not enabled quotas',
    ]) {
      const { made, make } = engine(({ HostConfig }) => (HostConfig?.StorageOpt ? refusal(words) : null))
      const logger = recordingLogger()
      const limiting = createDiskLimits(logger)
      await limiting(LIMITED, make)
      await limiting(LIMITED, make)
      assert.deepEqual(made, [LIMITED, UNLIMITED, UNLIMITED])
      assert.equal(logger.lines.length, 1)
      assert.match(logger.lines[0] ?? '', /limits the disk of no container/)
    }
  })

  it('hides no other refusal', async () => {
    const { make } = engine(() => refusal('no such image'))
    await assert.rejects(createDiskLimits(recordingLogger())(LIMITED, make), /no such image/)
  })
})
