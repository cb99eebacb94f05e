import { deepEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { CHECKERS } from '../../node/simulation/checkers/index.ts'
import { generationCheckers, ONE_GENERATION_WINS } from '../../node/simulation/generations/index.ts'
import type { World } from '../../node/simulation/observation.ts'
import { RECOVERIES } from '../../node/simulation/recovery/index.ts'
import { TIME_GOES_ON } from '../../node/simulation/time-goes-on.ts'

const PAGE = new URL('../../docs/design/invariants.md', import.meta.url)

/** Nobody is there, and no time passes. */
const EMPTY_WORLD: World = {
  nodes: [],
  durableOf: () => {
    throw new Error('nobody has a disk')
  },
  storesOf: () => [],
  nowMs: () => 0,
  wallMsOf: () => 0,
  coreOf: () => null,
}

describe('the page of invariants', () => {
  it('names every checker and every recovery, and nothing else', async () => {
    const rows = (await readFile(PAGE, 'utf8')).matchAll(/^\| `([a-z-]+)` \|/gm)
    const named = new Set(Array.from(rows, ([, name]) => name))
    const all = [...CHECKERS, ...generationCheckers(() => false, 'log')]
    const checkers = all.map((create) => create(EMPTY_WORLD).name)
    const recoveries = [...RECOVERIES.map(({ name }) => name), ONE_GENERATION_WINS, TIME_GOES_ON]
    deepEqual([...named].sort(), [...new Set([...checkers, ...recoveries])].sort())
  })
})
