import {
  createGranting,
  createHolding,
  LEASE_MS,
  leaseMessageCodec,
  leaseUntilMs,
  stepGranting,
  stepHolding,
} from '../../../protocols/leases/index.ts'
import { NODES } from '../authors.ts'
import { messageTarget } from '../frames.ts'
import { breach } from '../target.ts'

const NOW_MS = 1_000
const TASK = { task: 'shop.db.0.12', token: 12 }
const holder = { node: NODES[0] ?? '', token: TASK.token }
const env = { nowMs: NOW_MS, holderOf: () => holder }

const wanting = stepHolding(
  createHolding(1),
  { type: 'wanted', tasks: [{ ...TASK, mayAsk: true }] },
  env,
).state
const leading = stepGranting(createGranting(), { type: 'led', term: 1 }, env).state

/** Whatever a peer says, no lease lasts longer than from its request, and only what was asked for is granted. */
export const leasesTarget = messageTarget({
  name: 'lease',
  codec: leaseMessageCodec,
  use: (message) => {
    if (message.type === 'answer') {
      const heard = stepHolding(wanting, { type: 'answered', answer: message }, env)
      for (const guard of heard.effects.guard)
        if (guard.untilMs > NOW_MS + LEASE_MS) breach('a lease lasts longer than from its request')
      if (leaseUntilMs(heard.state, TASK.task, NOW_MS) !== null) breach('a lease counts without the watchdog')
      return
    }
    const asked = stepGranting(leading, { type: 'asked', via: holder.node, ask: message }, env)
    if (asked.effects.send.length > 0) breach('a lease is granted without a quorum round')
    const [proof = 0] = asked.effects.prove
    const { effects } = stepGranting(asked.state, { type: 'proven', proof, term: 1 }, env)
    const names = new Set(message.tasks.map(({ task }) => task))
    for (const { message: answer } of effects.send)
      if (!answer.granted.every((task) => names.has(task))) breach('a lease is granted that nobody asked for')
  },
})
