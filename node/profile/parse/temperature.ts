/** Thermal zones and sensors, in thousandths of a degree Celsius as the kernel has them. */
import type { Temperature } from '../../../protocols/profile/index.ts'
import { wholeNumber } from './text.ts'

export interface Sensor {
  /** `type` of a zone, `name` of a sensor. */
  readonly kind: string
  /** Null where it could not be read: one that sleeps answers EAGAIN. */
  readonly current: string | null
  /** Points at which the machine slows down hard or goes off. */
  readonly limits: readonly string[]
}

/** Of the processor, by what drivers call it. Others measure batteries, radios, rooms. */
const PROCESSOR = /cpu|x86_pkg|coretemp|k10temp|zenpower|soc|bigcore|package|tj-therm|mpu/i

/** Outside of these a sensor is off or broken. A machine in a shed may well be below 0. */
const [CELSIUS_MIN, CELSIUS_MAX] = [-40, 150]

/** Degrees to one digit; null for what cannot be one. 0 is what a sensor that sleeps says, and within 1 of it is a value in another unit. */
const celsius = (thousandths: string | null): number | null => {
  const value = thousandths === null ? null : wholeNumber(thousandths)
  if (value === null || Math.abs(value) < 1_000) return null
  const degrees = Math.round(value / 100) / 10
  return degrees < CELSIUS_MIN || degrees > CELSIUS_MAX ? null : degrees
}

/** The hottest of the processor's sensors; where there is none, of all. Null where none tells anything that can be. */
export const hottest = (sensors: readonly Sensor[]): Temperature | null => {
  const awake = sensors.flatMap(({ kind, current, limits }) => {
    const degrees = celsius(current)
    return degrees === null ? [] : [{ kind, degrees, limits }]
  })
  const ofProcessor = awake.filter(({ kind }) => PROCESSOR.test(kind))
  const chosen = ofProcessor.length > 0 ? ofProcessor : awake
  if (chosen.length === 0) return null
  const limits = chosen.flatMap((sensor) => sensor.limits.map(celsius)).filter((limit) => limit !== null)
  return {
    currentCelsius: Math.max(...chosen.map(({ degrees }) => degrees)),
    limitCelsius: limits.length === 0 ? null : Math.min(...limits),
  }
}
