/** What people say of updates that go on: wait, go on, go back. */
import { pick } from '../random.ts'
import { type Deed, tried } from './deed.ts'

/** Why an update is where it is: somebody wanted it so. */
export const STEERED = 'somebody wants it so'

const ORDERS = ['pause', 'resume', 'resume', 'rollback'] as const

export const steerUpdate: Deed = ({ random }, machine, { planes }) => {
  const { decisions } = planes
  const rows = [...decisions.view.updates.values()]
  if (rows.length === 0) return
  const { object, revision } = pick(random, rows)
  const order = pick(random, ORDERS)
  const history = decisions.view.objects.get(object)?.history ?? []
  const to = pick(random, [revision, ...history])
  tried(
    decisions.decide({
      type: 'updateSteered',
      object,
      revision,
      order,
      ...(order === 'rollback' && { to }),
      atMs: machine.clock.wallMs(),
      reason: STEERED,
    }),
  )
}
