import type { ServiceSpec } from '../../protocols/spec/index.ts'

/** How often it was restarted is no part of what a file says, so whoever says nothing of it leaves it as the head has it. */
export const carryRestarts = (spec: ServiceSpec, head: ServiceSpec | null): ServiceSpec =>
  spec.restarts !== undefined || head?.restarts === undefined ? spec : { ...spec, restarts: head.restarts }
