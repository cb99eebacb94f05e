import type { RehearsalOptions } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { plain } from '../output.ts'
import { readDeploy, readFault, type Stage } from './read-fault.ts'
import { readMemory } from './read-memory.ts'
import { readTime } from './read-time.ts'

/** More is another kind of mesh than one that a person pulls plugs of. */
const NODES_MAX = 100
/** An hour of five nodes is played in seconds; what has not happened by then will not. */
const FOR_MS_MAX = 3_600_000
/** Longer than this no image takes, nor any container. */
const DURATION_MS_MAX = 600_000
const SEED_MAX = 2 ** 32 - 1

/** The options as commander gives them: texts. */
export interface SimWords {
  readonly nodes: string
  readonly for: string
  readonly seed: string
  readonly kill: readonly string[]
  readonly partition: readonly string[]
  readonly pause: readonly string[]
  readonly deploy: string
  readonly memory: readonly string[]
  readonly pull: string
  readonly start: string
}

export const DEFAULT_WORDS = {
  nodes: '5',
  for: '2m',
  seed: '1',
  deploy: 'node1@0s',
  pull: '5s',
  start: '1s',
} as const

/** Everything but the services. @throws the errors of `readFault` and `readMemory`, `simNumberInvalid`, `simTimeInvalid` */
export const readOptions = (words: SimWords, services: readonly ServiceSpec[]): RehearsalOptions => {
  const stage = readStage(words)
  const memory = readMemory(words.memory, stage.nodes)
  return {
    nodes: memory.map((memoryMb, at) => ({ name: `node${at + 1}`, memoryMb })),
    services,
    deploy: readDeploy(words.deploy, stage),
    faults: (['kill', 'partition', 'pause'] as const)
      .flatMap((kind) => words[kind].map((text) => readFault(kind, text, stage)))
      .sort((a, b) => a.fromMs - b.fromMs),
    forMs: stage.forMs,
    seed: readWhole('--seed', words.seed, 0, SEED_MAX, '--seed 7'),
    pullMs: readDuration('--pull', words.pull, 0, DURATION_MS_MAX, '--pull 5s'),
    startMs: readDuration('--start', words.start, 0, DURATION_MS_MAX, '--start 1s'),
  }
}

const readStage = (words: SimWords): Stage => ({
  nodes: readWhole('--nodes', words.nodes, 1, NODES_MAX, '--nodes 5'),
  forMs: readDuration('--for', words.for, 1_000, FOR_MS_MAX, '--for 2m'),
  forText: words.for,
})

const readWhole = (option: string, text: string, min: number, max: number, example: string): number => {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new CoterieError('simNumberInvalid', {
    option: `${option} ${plain(text)}`,
    detail: `a whole number from ${min} to ${max} is expected`,
    example,
  })
}

const readDuration = (option: string, text: string, min: number, max: number, example: string): number => {
  const typed = `${option} ${plain(text)}`
  const ms = readTime(typed, text, example)
  if (ms >= min && ms <= max) return ms
  const detail = `from ${min / 1000}s to ${max / 60_000}m can be played`
  throw new CoterieError('simNumberInvalid', { option: typed, detail, example })
}
