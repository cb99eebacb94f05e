/** `coterie watchdog -- ...` as the first process of a namespace of pids, as in an image. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { ENTRY } from '../../cli/coterie.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { createStage, type Stage } from './stage.ts'

describe('watchdog: as the first process', () => {
  let stage: Stage
  before(function () {
    requires(this, 'root')
  })
  beforeEach(async () => {
    stage = await createStage()
  })
  afterEach(() => stage?.clear())

  it('reaps orphans, hands signals on, and ends with the code of its daemon', async () => {
    // An orphan that ends at once, then a daemon that tells by /proc whether it is still listed.
    const daemon = `(sleep 0.05 & echo $! >${stage.dataDir}/orphan); trap 'exit 3' TERM
      while [ -e /proc/$(cat ${stage.dataDir}/orphan) ]; do sleep 0.05; done; echo reaped; while :; do sleep 0.05; done`
    const words = [process.execPath, ENTRY, 'watchdog', '--data-dir', stage.dataDir, '--', 'sh', '-c', daemon]
    const { child, said } = await stage.run(
      'unshare',
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      ...words,
    )
    assert.equal(said, 'reaped\n')
    const first = await eventually('the first process is found', () =>
      Number(execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })),
    )
    const exited = once(child, 'exit')
    process.kill(first, 'SIGTERM')
    assert.equal((await exited)[0], 3)
  })
})
