import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Runtime } from '../../../../node/ports/runtime.ts'
import { createRandom } from '../../../../node/simulation/random.ts'
import {
  type ContainerEvent,
  createDrawnBehaviours,
  createSimulatedEngine,
  openSimulatedRuntime,
} from '../../../../node/simulation/runtime/index.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import { NODE_A, serviceOf, startOf } from '../../agent/grounds.ts'
import { createVirtualTime } from '../virtual-time.ts'

/** Longer than any deadline of a call. */
const ALL_SETTLED_MS = 11 * 60_000
const PORT = 8_080
const NEVER = new AbortController().signal

const AnyTask = fc.constantFrom('shop.web.0.1', 'shop.web.1.2', 'shop.api.0.3', 'shop.api.0.4')
const AnyStep = fc.record({
  passMs: fc.integer({ min: 0, max: 6_000 }),
  task: AnyTask,
  isPublished: fc.boolean(),
  act: fc.constantFrom(
    ...(['start', 'start', 'start', 'stop', 'remove', 'restart', 'losePower'] as const),
    ...(['runOn', 'end', 'hang', 'up', 'up', 'kill'] as const),
  ),
})

type Step = typeof AnyStep extends fc.Arbitrary<infer Value> ? Value : never

describe('a simulated engine, whatever happens to it', () => {
  it('starts and ends each container in turn, binds no port twice, and shows what is', async () => {
    const seen = new Set<string>()
    const scenario = async (seed: number, steps: readonly Step[]) => {
      const time = createVirtualTime()
      const random = createRandom(seed)
      const running = new Set<string>()
      const judge = ({ type, task }: ContainerEvent): void => {
        seen.add(type)
        assert.equal(running.has(task), type === 'ended', `${task} ${type}`)
        if (type === 'started') running.add(task)
        else running.delete(task)
      }
      const engine = createSimulatedEngine({
        after: time.after,
        nowMs: time.nowMs,
        wallMs: time.nowMs,
        random,
        behaviourOf: createDrawnBehaviours(random),
        onContainer: judge,
      })
      const open = (): Runtime =>
        openSimulatedRuntime({ engine, after: time.after, random }, { node: NODE_A })
      let runtime = open()
      const asked = (promise: Promise<unknown>): void => {
        promise.catch((error: unknown) => {
          assert.ok(isCoterieError(error))
          seen.add(error.code)
        })
      }
      for (const { passMs, task, isPublished, act } of steps) {
        const ports = isPublished ? [{ target: 80, published: PORT, protocol: 'tcp' as const }] : []
        const spec = serviceOf(['serve'], { image: task.slice(0, 8), ports })
        if (act === 'start') asked(runtime.start(startOf(spec, task), NEVER))
        else if (act === 'stop') asked(runtime.stop(task, 2_000))
        else if (act === 'remove') asked(runtime.remove(task))
        else if (act === 'runOn' || act === 'end') engine.down(act)
        else if (act === 'hang') engine.hang()
        else if (act === 'up') engine.up()
        else if (act === 'kill') engine.kill(NODE_A, task)
        else {
          if (act === 'restart') engine.daemonEnded()
          else engine.losePower()
          if (act === 'losePower') assert.equal(running.size, 0)
          runtime = open()
        }
        await time.pass(passMs)
      }
      engine.up()
      await time.pass(ALL_SETTLED_MS)
      const list = await time.settled(runtime.list())
      const isUp = list.filter(({ state }) => state === 'running')
      assert.deepEqual(new Set(isUp.map(({ task }) => task)), running)
      const bound = isUp.flatMap((observed) => (observed.state === 'running' ? observed.ports : []))
      assert.equal(new Set(bound.map(({ port }) => port)).size, bound.length)
    }
    await fc.assert(fc.asyncProperty(fc.integer(), fc.array(AnyStep, { maxLength: 40 }), scenario), {
      numRuns: 300,
    })
    for (const what of ['started', 'ended', 'engineUnreachable'])
      assert.ok(seen.has(what), `no run met ${what}`)
  })
})
