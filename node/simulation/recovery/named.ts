import { firstOf, type Recovery } from './recovery.ts'

/** Every voter that is there votes with the very store that it has, also one whose disk was blank or a copy. */
export const VOTERS_ARE_NAMED: Recovery = {
  name: 'voters-are-named',
  withinMs: 30_000,
  missing: ({ core }) =>
    firstOf(core, ({ self, name, disk, core: own }) => {
      if (own === null) return `${name} is down`
      const { configuration, isObserver } = own.planes.consensus.view()
      const { voters, stores } = configuration
      if (!voters.includes(self)) return null
      if (isObserver) return `${name} is an observer still`
      return stores?.[self] === disk.durable().stamp.id ? null : `the store of ${name} has no name`
    }),
}
