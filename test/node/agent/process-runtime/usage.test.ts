import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import { createProcessGround, type ProcessGround, serviceOf, startOf } from '../grounds.ts'

const NEVER = new AbortController().signal

describe('process runtime: what tasks use', () => {
  let ground: ProcessGround
  beforeEach(async () => {
    ground = await createProcessGround()
  })
  afterEach(() => ground.remove())

  it('is counted with what they started', async () => {
    const runtime = ground.runtime()
    assert.deepEqual(await runtime.usage(), [])
    await runtime.start(startOf(serviceOf(['sh', '-c', '(while :; do :; done) & wait'])), NEVER)
    const used = await eventually('the processor was used', async () => {
      const [usage] = await runtime.usage()
      return (usage?.cpuUs ?? 0) > 50_000 ? usage : null
    })
    assert.equal(used?.task, 'shop.web.0.7')
    assert.ok((used?.pids ?? 0) >= 2 && (used?.memoryBytes ?? 0) > 0)
  })
})
