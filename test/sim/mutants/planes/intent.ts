/** Mistakes about what is wanted and what is told: how it is stored, compared and brought together. */
import type { Mutant } from '../mutant.ts'

export const INTENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'append-gate-skipped',
    what: 'a voter takes an entry without the bytes of the revision that it names',
    file: 'node/consensus/consensus-service.ts',
    find: 'gateAppend(message, init.named ?? EVERYTHING_STORED, push)',
    replace: 'gateAppend(message, EVERYTHING_STORED, push)',
    caughtBy: ['accepted-is-on-a-majority'],
  },
  {
    name: 'write-confirmed-before-stored',
    what: 'a node confirms a write of its own before it is on disk',
    file: 'node/intent/intent-service.ts',
    find: 'await this.#records.storeRevisions([revision])',
    replace: 'void this.#records.storeRevisions([revision])',
    caughtBy: ['written-is-never-lost'],
  },
  {
    name: 'register-by-arrival',
    what: 'of two values of a register the one that came last stands',
    file: 'crdt/register.ts',
    find: 'if (a.sequence !== b.sequence) return a.sequence > b.sequence',
    replace: 'if (a.sequence !== b.sequence) return true',
    caughtBy: ['registers-never-fall'],
  },
  {
    name: 'register-epoch-not-raised',
    what: 'a restart writes its registers in the epoch of the life before',
    file: 'node/intent/own-registers.ts',
    find: 'this.#epoch = (await this.#components.records.loadEpoch()) + 1',
    replace: 'this.#epoch = (await this.#components.records.loadEpoch()) || 1',
    caughtBy: ['one-value-per-version'],
  },
  {
    name: 'digest-over-names',
    what: 'the digest of a register covers its name and not its content',
    file: 'crdt/register-set.ts',
    find: 'index.set(name, hash(register.bytes))',
    replace: 'index.set(name, hash(new TextEncoder().encode(name)))',
    caughtBy: ['equal-digests-equal-documents'],
  },
  {
    name: 'last-bucket-never-compared',
    what: 'whoever pulls compares all buckets but the last',
    file: 'crdt/bucket-index.ts',
    find: 'for (let bucket = 0; bucket < BUCKETS; bucket++) {',
    replace: 'for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {',
    caughtBy: ['heals'],
  },
  {
    name: 'list-cut-silently',
    what: 'the list of a bucket ends after its first name as if there were no more',
    file: 'node/intent/sync-server.ts',
    find: 'page: rest.slice(0, SYNC_NAMES_MAX)',
    replace: 'page: rest.slice(0, 1)',
    caughtBy: ['heals'],
  },
  {
    name: 'forgotten-register-comes-back',
    what: 'a register that was forgotten by decision is taken again from who still has it',
    file: 'node/intent/intake.ts',
    find: 'if (forgotten(register.node, register.key) || !holdings.registers.wants(register)) return',
    replace: 'if (!holdings.registers.wants(register)) return',
    caughtBy: ['forgotten-never-returns'],
  },
]
