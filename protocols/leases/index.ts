/**
 * Leases as two pure machines: of a node that holds them, and of the leader that grants them; see docs/design/leases.md.
 *
 * Guarantees: from `movableAtMs` of a withheld task on no holder that keeps to its own `leaseUntilMs` runs it, as long as
 * clocks run at most 500 ppm off and a watchdog kills within `KILL_MS`. What a clock, a quorum or a watchdog is, is not known here.
 */
export * from './granting.ts'
export {
  createHolding,
  type Holding,
  type HoldingEffects,
  type HoldingEvent,
  isMoving,
  type LeaseGuard,
  leaseUntilMs,
  stepHolding,
  type WantedLease,
} from './holding.ts'
export * from './limits.ts'
export {
  type LeaseAnswer,
  type LeaseAsk,
  type LeasedTask,
  type LeaseMessage,
  leaseMessageCodec,
} from './messages.ts'
