/** What membership finds, costs and gets wrong, over simulated meshes of 5 to 1,000: virtual time, so any machine gives the same. */
import {
  countFalseDeaths,
  type Load,
  measureDeath,
  measureHealing,
  measureIdle,
  measureJoin,
  measureKill,
  measureMove,
  type ScaleMeshInit,
} from '../node/simulation/membership-scale/index.ts'
import { MEMBERSHIP_TIMINGS } from '../protocols/membership/index.ts'
import type { Benchmark, Samples } from './report.ts'

const SIZES = [5, 20, 100, 1_000]
const LOSSES = [0, 0.05, 0.2]
const RUNS = 10
/** One run of 1,000 members costs as much as hundreds of 20. */
const LARGE = 1_000
/** Beyond this, a thousand members suspect each other a hundred times a second, and a run takes minutes. */
const LARGE_LOSS_MAX = 0.05
const IDLE_SECONDS = 20
/** All have given up all of the other half by then. */
const APART_MS = 10_000
const HALVED = [20, 100, 300]
const SMALL = [3, 5, 10]
const SMALL_RUNS = 30

/** Lifeguard, and what it is without each of its parts. */
const VARIANTS: readonly (readonly [string, Partial<ScaleMeshInit>])[] = [
  ['Lifeguard', {}],
  ['no strain', { timings: { ...MEMBERSHIP_TIMINGS, strainMax: 0 } }],
  ['fixed suspicion', { timings: { ...MEMBERSHIP_TIMINGS, suspicionMaxMs: MEMBERSHIP_TIMINGS.suspicionMs } }],
  ['no buddy', { hasBuddy: false }],
  [
    'none of these',
    {
      timings: { ...MEMBERSHIP_TIMINGS, strainMax: 0, suspicionMaxMs: MEMBERSHIP_TIMINGS.suspicionMs },
      hasBuddy: false,
    },
  ],
]

/** One member in five is busy nearly all the time; long enough that each has many chances to go wrong. */
const LOADS: readonly Omit<Load, 'members'>[] = [
  { kind: 'deaf', busyMs: [500, 3_000], freeMs: [100, 1_000] },
  { kind: 'stalled', busyMs: [200, 1_500], freeMs: [100, 1_000] },
]
const LOADED: readonly (readonly [size: number, seconds: number])[] = [
  [5, 300],
  [20, 120],
  [100, 20],
]

/** What the table does not show is not run: at this size a lossy one costs as much as all the others. */
const LOADED_LARGE = 100

const percent = (ratio: number): string => `${ratio * 100} %`

const meshes = (size: number, lossRatio: number, runs: number): readonly ScaleMeshInit[] =>
  Array.from({ length: size < LARGE ? runs : 1 }, (_, at) => ({
    size,
    seed: at + 1,
    timings: MEMBERSHIP_TIMINGS,
    lossRatio,
  }))

/** Detection and spread; `firstMs` of a death is its detection, and all the rest is how news gets around. */
const changes = (size: number, lossRatio: number, runs: number): readonly Samples[] => {
  const inits = meshes(size, lossRatio, runs)
  const deaths = inits.map(measureDeath)
  const of = (metric: string, samples: readonly number[]): Samples => ({
    metric: `${metric}, ${size} members, loss ${percent(lossRatio)}`,
    unit: 'ms',
    samples,
  })
  return [
    of(
      'deadForFirstMs',
      deaths.map(({ firstMs }) => firstMs),
    ),
    of(
      'deadForNearlyAllMs',
      deaths.map(({ nearlyAllMs }) => nearlyAllMs),
    ),
    of(
      'deathSpreadMs',
      deaths.map(({ firstMs, nearlyAllMs }) => nearlyAllMs - firstMs),
    ),
    of(
      'moveSpreadMs',
      inits.map((init) => measureMove(init).nearlyAllMs),
    ),
    of(
      'joinSpreadMs',
      inits.map((init) => measureJoin(init).nearlyAllMs),
    ),
  ]
}

const cost = (size: number, lossRatio: number): readonly Samples[] => {
  const [init] = meshes(size, lossRatio, 1)
  if (init === undefined) return []
  const idle = measureIdle(init, IDLE_SECONDS)
  const of = (metric: string, unit: string, value: number): Samples => ({
    metric: `${metric}, ${size} members, loss ${percent(lossRatio)}`,
    unit,
    samples: [value],
  })
  return [
    of('messages', 'messages/s', idle.messagesPerSecond),
    of('sent', 'kbit/s', idle.sentKbitPerSecond),
    of('received', 'kbit/s', idle.receivedKbitPerSecond),
  ]
}

const falseDeaths = (size: number, seconds: number, lossRatio: number, load: Omit<Load, 'members'>) =>
  VARIANTS.flatMap(([name, variant]): Samples[] => {
    const init = { size, seed: size, timings: MEMBERSHIP_TIMINGS, lossRatio, ...variant }
    const { ofWell, ofBusy } = countFalseDeaths(init, { ...load, members: size / 5 }, seconds)
    const of = (which: string, deaths: number): Samples => ({
      metric: `falseDeaths of ${which}, ${name}, ${size} members, ${load.kind}, loss ${percent(lossRatio)}`,
      unit: `in ${seconds} s`,
      samples: [deaths],
    })
    return [of('well', ofWell), of('busy', ofBusy)]
  })

const healing = (size: number): readonly Samples[] =>
  meshes(size, 0, 1).flatMap((init): Samples[] => {
    const { wholeMs, buried } = measureHealing(init, APART_MS)
    const of = (metric: string, unit: string, value: number): Samples => ({
      metric: `${metric}, ${size} members in two halves`,
      unit,
      samples: [value],
    })
    return [of('wholeMs', 'ms', wholeMs ?? Number.POSITIVE_INFINITY), of('buried', '', buried)]
  })

/** The first to declare a death, in the meshes that most people have. */
const smallDeaths = (size: number): readonly Samples[] =>
  [
    { how: 'silent', measure: measureDeath },
    { how: 'killed', measure: measureKill },
  ].map(({ how, measure }) => ({
    metric: `deadForFirstMs, ${how}, ${size} members`,
    unit: 'ms',
    samples: meshes(size, 0, SMALL_RUNS).map((init) => measure(init).firstMs),
  }))

/** `--runs` is the number of seeds per mesh below 1,000 members. */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const all: Samples[] = []
  const add = (samples: readonly Samples[]): void => {
    all.push(...samples)
    for (const { metric, samples: values } of samples) say(`${metric}: ${values.map(Math.round).join(' ')}`)
  }
  for (const size of SIZES)
    for (const loss of LOSSES.filter((ratio) => size < LARGE || ratio <= LARGE_LOSS_MAX)) {
      add(changes(size, loss, runs ?? RUNS))
      add(cost(size, loss))
    }
  for (const size of SMALL) add(smallDeaths(size))
  for (const size of HALVED) add(healing(size))
  for (const [size, seconds] of LOADED)
    for (const load of LOADS)
      for (const loss of LOSSES.filter((ratio) => size < LOADED_LARGE || ratio <= LARGE_LOSS_MAX))
        add(falseDeaths(size, seconds, loss, load))
  return all
}
