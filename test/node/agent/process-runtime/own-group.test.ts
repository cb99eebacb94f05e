/** Plain programs in control groups of their own, where this user can make some. */
import assert from 'node:assert/strict'
import type { Runtime } from '../../../../node/ports/runtime.ts'
import { isAlive, statOf } from '../../../../node/watchdog/processes.ts'
import { eventually } from '../../../support/eventually.ts'
import { requires } from '../../../support/requirements.ts'
import { allLines, createProcessGround, type Ground, serviceOf, startOf } from '../grounds.ts'

const TASK = 'shop.web.0.7'
const NEVER = new AbortController().signal
/** Leaves its group, its session and its variables, and tells its pid. */
const ESCAPE = "setsid env -i sh -c 'echo $$; sleep 1000; sleep 1000' & wait"

describe('process runtime: a program that leaves its process group', () => {
  let ground: Ground
  let runtime: Runtime
  let escaped: number
  before(function () {
    requires(this, 'root')
  })
  beforeEach(async function () {
    ground = await createProcessGround()
    runtime = ground.runtime()
    await runtime.start(startOf(serviceOf(['sh', '-c', ESCAPE])), NEVER)
    if ((await runtime.killHandle(TASK)).type !== 'cgroup') this.skip()
    const [line] = await eventually('it tells its pid', async () => {
      const lines = await allLines(runtime.logs(TASK, { tail: null, follow: false, signal: NEVER }))
      return lines.length > 0 ? lines : null
    })
    escaped = Number(line)
    assert.ok(isAlive(await statOf(escaped)))
  })
  afterEach(() => ground?.remove())

  const isGone = async () => !isAlive(await statOf(escaped))

  it('is killed with the others by what the watchdog is told', async () => {
    const handle = await runtime.killHandle(TASK)
    await eventually('nothing is left', () => ground.kill(handle))
    await eventually('it is gone', isGone)
  })

  it('does not outlive a stop', async () => {
    await runtime.stop(TASK, 5_000)
    assert.equal(await isGone(), true)
  })

  it('does not outlive the daemon that comes after one that was killed', async () => {
    const next = ground.runtime()
    assert.equal((await next.list())[0]?.state, 'exited')
    assert.equal(await isGone(), true)
  })
})
