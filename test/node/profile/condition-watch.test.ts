import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ConditionWatch, createConditionWatch } from '../../../node/profile/index.ts'
import type { Condition } from '../../../protocols/profile/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { scratchDir } from '../../support/scratch.ts'
import { unpackMachine } from './unpacked-machine.ts'

const LAPTOP = fileURLToPath(new URL('./machines/laptop.machine', import.meta.url))
const MINUTE_MS = 60_000

describe('profile: a watch over how the machine is doing', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let watch: ConditionWatch
  beforeEach(async () => {
    scratch = await scratchDir()
    await unpackMachine(LAPTOP, scratch.path)
  })
  afterEach(async () => {
    await watch.stop()
    await scratch.remove()
  })

  const setUp = () => {
    const clock = createHandClock()
    const told: Condition[] = []
    watch = createConditionWatch(
      { clock, tell: (condition) => void told.push(condition), failed: assert.ifError },
      { cpus: 10_000, metered: true, root: scratch.path },
    )
    /** Lets a minute pass, and looks until the machine was asked. */
    const tellsAfterMinute = (count: number) =>
      eventually('the machine tells', () => {
        clock.pass(MINUTE_MS)
        return told.length >= count
      })
    return { clock, told, tellsAfterMinute }
  }

  it('tells at once where the link is metered', async () => {
    const { clock, told } = setUp()
    await watch.start()
    await eventually('the machine tells', () => {
      clock.pass(1)
      return told.length > 0
    })
    assert.ok(clock.nowMs() < 20_000)
  })

  it('tells what it finds, and again when that changed', async () => {
    const { told, tellsAfterMinute } = setUp()
    await watch.start()
    await tellsAfterMinute(1)
    assert.deepEqual(told, [{ load: 0, onBattery: true, celsius: 60, hot: false, metered: true }])
    const supplies = join(scratch.path, 'sys/class/power_supply')
    await writeFile(join(supplies, 'AC/uevent'), 'POWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=1\n')
    await writeFile(
      join(supplies, 'BAT0/uevent'),
      'POWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_STATUS=Charging\n',
    )
    await tellsAfterMinute(2)
    assert.deepEqual(
      told.map(({ onBattery }) => onBattery),
      [true, false],
    )
  })
})
