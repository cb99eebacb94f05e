import { deepEqual, equal } from 'node:assert/strict'
import { createMachineRunner } from '../../../node/consensus/machine-runner.ts'
import type { ConsensusChange } from '../../../node/ports/storage.ts'
import { DEFAULT_TIMINGS } from '../../../protocols/consensus/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'

const BOUNDS = { entriesMax: 100, bytesMax: 100_000 }

/** A disk whose writes end when the test says so. */
const createHandDisk = () => {
  const writes: (() => void)[] = []
  return {
    store: {
      stamp: null,
      load: async () => ({ hardState: null, entries: [] }),
      persist: (_change: ConsensusChange) => new Promise<void>((resolve) => void writes.push(resolve)),
    },
    /** Ends the write under way. */
    sync: async () => {
      writes.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
    writes,
  }
}

describe('the machine of consensus on a node', () => {
  it('shows nobody what is not safe on its disk', async () => {
    const disk = createHandDisk()
    const runner = createMachineRunner(
      {
        store: disk.store,
        clock: createHandClock(),
        random: () => 0,
        send: () => {},
        notify: () => {},
      },
      { self: newIdentity().node, timings: DEFAULT_TIMINGS, founding: true, onFailed: () => {} },
    )
    const started = runner.start()
    while (runner.view().role !== 'leader' || disk.writes.length > 0) await disk.sync()
    await started
    const before = runner.view().commitIndex
    runner.propose({ proposalId: 1, data: new Uint8Array([1]) })
    equal(disk.writes.length, 1)
    equal(runner.view().commitIndex, before)
    equal(runner.view().lastIndex, before)
    deepEqual(runner.committedFrom(before + 1, BOUNDS), [])
    await disk.sync()
    equal(runner.view().commitIndex, before + 1)
    equal(runner.committedFrom(before + 1, BOUNDS).length, 1)
  })
})
