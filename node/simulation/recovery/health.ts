import type { Machine } from '../machine.ts'
import { firstOf, type Recovery } from './recovery.ts'

const stateOf = ({ core }: Machine, { self }: Machine) => core?.planes.membership.member(self)?.state

/** Who runs and is heard is alive to everybody: nobody is dead for ever. */
export const LIVING_ARE_ALIVE: Recovery = {
  name: 'living-are-alive',
  withinMs: 30_000,
  missing: ({ core }) =>
    firstOf(core, (one) =>
      firstOf(core, (other) => {
        const state = one === other ? 'alive' : stateOf(one, other)
        return state === 'alive' ? null : `${one.name} holds ${other.name} to be ${state ?? 'no member'}`
      }),
    ),
}

/** Who is heard by nobody is not waited for: nobody holds it to be alive, or only to be suspect. */
export const DEAD_ARE_KNOWN: Recovery = {
  name: 'dead-are-known',
  withinMs: 20_000,
  missing: ({ core, gone }) =>
    firstOf(core, (one) =>
      firstOf(gone, (other) => {
        const state = stateOf(one, other)
        return state === 'alive' || state === 'suspect'
          ? `${one.name} holds ${other.name} to be ${state}, which it does not hear`
          : null
      }),
    ),
}
