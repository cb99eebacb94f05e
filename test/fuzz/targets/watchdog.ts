/** Lines between a daemon and its watchdog: what is no request or answer is nothing, and never an error. */
import type { Random } from '../../../node/ports/clock.ts'
import { pick } from '../../../node/simulation/random.ts'
import { AHEAD_MS_MAX } from '../../../node/watchdog/limits.ts'
import { readAnswer, readRequest, writeLine } from '../../../node/watchdog/words.ts'
import { breach, nothing, type Target, unbroken } from '../target.ts'
import { jsonFrom, textOfBytes } from '../text-frames.ts'
import { type Tree, treeOf } from '../tree.ts'

const HANDLES = [
  { type: 'cgroup', path: ':/docker/0123' },
  { type: 'processGroup', leader: 4_711, startTicks: 99, environment: ['COTERIE_TASK=shop.db.0.7'] },
]
const GUARD = { task: 'shop.db.0.7', token: 7, untilBootMs: 1_000 }
const VIEW = { pid: 99, guarded: 1, docker: null, process: 'there is no /proc', means: 'cgroup.kill' }

const lines = (random: Random): Tree =>
  treeOf(
    pick(random, [
      { id: 1, type: 'guard', guard: { ...GUARD, handle: pick(random, HANDLES) } },
      { id: 2, type: pick(random, ['look', 'list']) },
      { id: 3, type: 'release', task: GUARD.task },
      { id: 4, type: 'seen', task: GUARD.task, token: 7 },
      { id: 5, view: VIEW, guards: [GUARD] },
      { id: 6, refused: 'it is being killed' },
      { killed: { task: GUARD.task, token: 7 } },
    ]),
  )

export const watchdogTarget: Target = {
  name: 'watchdog',
  codes: [],
  open: () => ({
    make: (random) => jsonFrom(random, lines, [4_096, 512, AHEAD_MS_MAX]),
    take: (frame) => {
      const line = textOfBytes(frame)
      const [request, answer] = [readRequest(line), readAnswer(line)]
      const again = unbroken('writing it', () => request && readRequest(writeLine(request)))
      if (JSON.stringify(again) !== JSON.stringify(request))
        breach('what was read is written as something else')
      if (request?.type !== 'guard') return
      const { handle } = request.guard
      if (handle.type === 'processGroup' && handle.leader < 2) breach('it would kill more than a group')
      unbroken('writing the answer', () => answer && writeLine(answer))
    },
    fingerprint: nothing,
  }),
}
