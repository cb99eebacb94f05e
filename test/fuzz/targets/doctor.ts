/** What a member may ask a doctor, and what it may claim to have measured. */
import { judgeConnections } from '../../../node/doctor/judge-connections.ts'
import { doctorQuestionCodec, echoAnswerCodec, linkFactsCodec } from '../../../protocols/doctor/index.ts'
import { messageTarget } from '../frames.ts'
import { breach, type Target } from '../target.ts'

const [ATTIC, CELLAR] = [
  { node: 'a', name: 'attic' },
  { node: 'c', name: 'cellar' },
]
const RESULTS_WITH_FIX = new Set(['warning', 'bad'])

/** Whatever facts a member claims, they can be judged, and what is not well has a cure. */
const factsTarget = messageTarget({
  name: 'doctor-facts',
  codec: linkFactsCodec,
  use: (facts) => {
    const off = new Map([[CELLAR.node, facts.echo?.aheadMs ?? 1]])
    const found = judgeConnections({ discoveryPort: 7946, clocksOff: () => off, members: () => new Map() }, [
      { from: ATTIC, to: CELLAR, facts },
    ])
    for (const { result, fix } of found)
      if (RESULTS_WITH_FIX.has(result) !== (fix !== null)) breach(`${result} with ${fix}`)
  },
})

export const doctorTargets: readonly Target[] = [
  messageTarget({ name: 'doctor-question', codec: doctorQuestionCodec }),
  messageTarget({ name: 'doctor-echo', codec: echoAnswerCodec }),
  factsTarget,
]
