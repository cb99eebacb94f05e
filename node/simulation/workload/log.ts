/** What uses the log and changes nothing. */
import { between, chance, pick, type Range } from '../random.ts'
import { type Deed, tried } from './deed.ts'

/** Entries proposed at once, now and then: more than one append holds. */
const BURST_RATIO = 0.002
const BURST_ENTRIES: Range = [2, 400]

export const read: Deed = ({ timeline, observe }, { self }, { planes }) => {
  // One deed is done in a step.
  const readId = timeline.steps()
  observe({ type: 'asked', node: self, readId })
  planes.consensus.readIndex({ timeoutMs: 5_000 }).then(
    (index) => observe({ type: 'answered', node: self, readId, index }),
    () => observe({ type: 'answered', node: self, readId, index: null }),
  )
}

/** Says of a member what is known already: an entry that changes nothing. */
export const propose: Deed = ({ random, observe }, machine, { planes }) => {
  const { decisions } = planes
  const known = pick(random, [...decisions.view.nodes.values()])
  if (known === undefined) return
  const { node, name } = known
  const addresses = [`/dns4/${node}/tcp/${Math.floor(between(random, [4_001, 4_999]))}`]
  const atMs = machine.clock.wallMs()
  const count = chance(random, BURST_RATIO) ? between(random, BURST_ENTRIES) : 1
  const decision = { type: 'nodeAdmitted', node, name, addresses, atMs } as const
  for (let left = count; left > 0; left--)
    tried(
      decisions
        .decide(decision)
        .then((index) => observe({ type: 'decided', node: machine.self, index, decision })),
    )
}
