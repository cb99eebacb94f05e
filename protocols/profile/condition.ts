/** How a machine is doing, in a register of its own: what makes it a worse place for work than others. */
import { type Static, Type } from 'typebox'
import type { Fact, Temperature } from './facts.ts'

/** So close below its limit a machine counts as too hot: from there on it slows itself down. */
const HOT_MARGIN_CELSIUS = 5

/** Steps in which it is told, so that what hovers is no news: a register goes to every member. */
const CELSIUS_STEP = 5
const LOAD_STEP = 25
/** As much as ten times more to do than processors; beyond that it is all one. */
const LOAD_MAX = 1_000

export const ConditionSchema = Type.Object({
  /** What wanted to run in the last minute, in percent of the processors, in steps of 25. */
  load: Type.Integer({ minimum: 0, maximum: LOAD_MAX }),
  /** Null where that is not known. */
  onBattery: Type.Union([Type.Boolean(), Type.Null()]),
  /** In steps of 5; null where no sensor tells. */
  celsius: Type.Union([Type.Integer({ minimum: -100, maximum: 200 }), Type.Null()]),
  /** Where it is at its thermal limit, or just below. */
  hot: Type.Boolean(),
  /** By its owner's word: what its link carries is paid by volume. */
  metered: Type.Boolean(),
})
export type Condition = Readonly<Static<typeof ConditionSchema>>

/** Register key. */
export const conditionRegister = (node: string): string => `condition/${node}`

export interface Measured {
  readonly batteryPowered: Fact<boolean>
  readonly temperature: Fact<Temperature>
  /** Of the last minute: threads that ran or wanted to. */
  readonly loadAverage: number
  readonly cpus: number
  readonly metered: boolean
}

const isHot = ({ currentCelsius, limitCelsius }: Temperature): boolean =>
  limitCelsius !== null && currentCelsius >= limitCelsius - HOT_MARGIN_CELSIUS

const inSteps = (value: number, step: number): number => Math.round(value / step) * step

export const conditionOf = (measured: Measured): Condition => {
  const { batteryPowered, temperature, loadAverage, cpus, metered } = measured
  const known = 'value' in temperature ? temperature.value : null
  return {
    load: Math.min(LOAD_MAX, inSteps((100 * loadAverage) / cpus, LOAD_STEP)),
    onBattery: 'value' in batteryPowered ? batteryPowered.value : null,
    celsius: known === null ? null : inSteps(known.currentCelsius, CELSIUS_STEP),
    hot: known !== null && isHot(known),
    metered,
  }
}

/** Why work had better go elsewhere, in words; null where nothing speaks against it. */
export const strainOf = ({ onBattery, hot, celsius, metered }: Condition): string | null => {
  if (hot) return `at its thermal limit (${celsius} °C)`
  if (onBattery === true) return 'on battery'
  return metered ? 'on a metered link' : null
}
