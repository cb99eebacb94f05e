import type { Recovery } from './recovery.ts'

/** Somebody leads the core. */
export const LEADER: Recovery = {
  name: 'heals',
  withinMs: 5_000,
  missing: ({ core }) =>
    core.some((machine) => machine.core?.planes.consensus.view().role === 'leader')
      ? null
      : 'no leader stands',
}
