import assert from 'node:assert/strict'
import { conditionOf, strainOf } from '../../../protocols/profile/index.ts'

const heat = (currentCelsius: number, limitCelsius: number | null = 85) => ({
  value: { currentCelsius, limitCelsius },
})
const none = { reason: 'no sensor' }
const CALM = {
  batteryPowered: { value: false },
  temperature: heat(48.3),
  loadAverage: 0.3,
  cpus: 4,
  metered: false,
}

describe('profile: how a machine is doing', () => {
  it('is told in steps, so that what hovers is no news', () => {
    assert.deepEqual(conditionOf(CALM), {
      load: 0,
      onBattery: false,
      celsius: 50,
      hot: false,
      metered: false,
    })
    const { load, celsius } = conditionOf({ ...CALM, loadAverage: 2.6, temperature: heat(52.4) })
    assert.deepEqual([load, celsius], [75, 50])
    assert.equal(conditionOf({ ...CALM, loadAverage: 9_000 }).load, 1_000)
  })

  it('leaves open what no sensor tells', () => {
    const { onBattery, celsius, hot } = conditionOf({ ...CALM, batteryPowered: none, temperature: none })
    assert.deepEqual([onBattery, celsius, hot], [null, null, false])
  })

  it('is strained by heat near the limit, by a battery, and by a link that is paid by volume', () => {
    const strain = (more: Partial<typeof CALM>) => strainOf(conditionOf({ ...CALM, ...more }))
    assert.equal(strain({}), null)
    assert.equal(strain({ temperature: heat(79) }), null)
    assert.equal(strain({ temperature: heat(81) }), 'at its thermal limit (80 °C)')
    assert.equal(strain({ temperature: heat(120, null) }), null)
    assert.equal(strain({ batteryPowered: { value: true } }), 'on battery')
    assert.equal(strain({ metered: true }), 'on a metered link')
    assert.equal(strain({ metered: true, loadAverage: 400 }), 'on a metered link')
  })
})
