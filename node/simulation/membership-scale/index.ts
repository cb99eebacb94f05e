/** Membership alone, of up to some thousand members, under a virtual clock and network; see docs/design/membership.md. */
export {
  countFalseDeaths,
  type FalseDeaths,
  type Healing,
  type IdleCost,
  type Load,
  measureDeath,
  measureHealing,
  measureIdle,
  measureJoin,
  measureKill,
  measureMove,
  type Spread,
} from './experiments.ts'
export type { ScaleMeshInit } from './mesh.ts'
