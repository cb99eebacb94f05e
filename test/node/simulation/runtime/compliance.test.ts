import { createRandom } from '../../../../node/simulation/random.ts'
import {
  type Behaviour,
  type BehaviourOf,
  createSimulatedEngine,
  inGroup,
  openSimulatedRuntime,
  QUIET,
  type SimulatedEngine,
  type TimedLine,
} from '../../../../node/simulation/runtime/index.ts'
import { type Ground, NODE_A } from '../../agent/grounds.ts'
import { describeRuntime } from '../../agent/runtime-compliance.ts'

const written = (...texts: readonly string[]): TimedLine[] =>
  texts.map((text) => ({ afterMs: 0, stream: 'stdout', text }))

/** Ends at once with what it wrote. */
const ending = (exitCode: number, prints: readonly TimedLine[]): Partial<Behaviour> => ({
  prints,
  ends: { afterMs: 5, exitCode },
})

/** What the suite's programs do, by a piece of each. */
const PROGRAMS: readonly (readonly [RegExp, Partial<Behaviour>])[] = [
  [/no-such-program/, { refusal: 'commandNotFound' }],
  [/exit 3/, ending(3, [])],
  [/begun; exit 1/, ending(1, written('begun'))],
  [/begun; sleep/, { prints: written('begun') }],
  [
    /line \$i/,
    ending(0, [
      ...written('line 1', 'line 2', 'line 3', 'line 4'),
      { afterMs: 0, stream: 'stderr', text: 'wrong' },
    ]),
  ],
  [
    /echo second/,
    {
      prints: [...written('first'), { afterMs: 30, stream: 'stdout', text: 'second' }],
      ends: { afterMs: 40, exitCode: 0 },
    },
  ],
  [/first; sleep/, { prints: written('first') }],
  [/bye/, { prints: written('ready'), onTerm: { afterMs: 5, exitCode: 0, prints: written('bye') } }],
  [/trap ''/, { prints: written('ready'), onTerm: null }],
  [/echo hello$/, ending(0, written('hello'))],
  [/seq 20000/, ending(0, written(...Array.from({ length: 20_000 }, (_, at) => String(at + 1))))],
]

/** Quick, so that the suite is. */
const behaviourOf: BehaviourOf = ({ command }, environment) => {
  const text = command?.join(' ') ?? ''
  const quick = { ...QUIET, pullMs: 5, startMs: 5 }
  if (text.includes('env;')) {
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
    return { ...quick, prints: written(...lines) }
  }
  return { ...quick, ...PROGRAMS.find(([piece]) => piece.test(text))?.[1] }
}

const after = (afterMs: number, task: () => void) => {
  const timer = setTimeout(task, afterMs)
  return () => clearTimeout(timer)
}

const createSimulatedGround = async (): Promise<Ground> => {
  const random = createRandom(1)
  const engine: SimulatedEngine = createSimulatedEngine({
    after,
    random,
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    behaviourOf,
    onContainer: () => {},
  })
  return {
    kind: 'docker',
    image: 'suite',
    server: ['server'],
    runtime: (node = NODE_A) => openSimulatedRuntime({ engine, after, random }, { node }),
    touch: async () => {},
    answers: async (_, port) =>
      engine.service
        .containersOf(NODE_A)
        .map((container) => container.observed())
        .some((seen) => seen.state === 'running' && seen.ports.some((bound) => bound.port === port)),
    occupyPort: async () => {
      const release = engine.occupy(8_123)
      return { port: 8_123, release: async () => release() }
    },
    kill: async (handle) => {
      const { node = '', task = '' } = inGroup(handle) ?? {}
      engine.kill(node, task)
      return true
    },
    leftovers: async () => engine.containers().map(({ task }) => task),
    remove: async () => engine.losePower(),
  }
}

describe('simulated runtime', () => {
  describeRuntime(() => {}, createSimulatedGround)
})
