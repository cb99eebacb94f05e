/** Mistakes about what ran: which documents there are, and when two of them are the same. */
import type { Mutant } from '../mutant.ts'

export const RECORDS_MUTANTS: readonly Mutant[] = [
  {
    name: 'record-into-a-closed-period',
    what: 'a node whose clock is behind writes into a period that the log has closed',
    file: 'crdt/records/document-id.ts',
    find: 'return present.find((period) => period > closedThrough) ?? closedThrough + unitMs',
    replace: 'return present[0] as number',
    kind: 'upgrade',
    faults: ['jumpAnHour'],
    caughtBy: ['closed-documents-never-return'],
  },
  {
    name: 'records-counted-not-compared',
    what: 'two documents count as the same where they hold as many records',
    file: 'node/records/documents.ts',
    find: 'this.#components.hash(document.index.digests())',
    replace: 'this.#components.hash(Uint8Array.of(document.index.size))',
    kind: 'upgrade',
    caughtBy: ['equal-records-equal-documents'],
  },
]
