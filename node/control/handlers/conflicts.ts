import type { ConflictLedger } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleConflicts =
  (ledger: Pick<ConflictLedger, 'conflicts'>): Handler<'GET /v1/conflicts'> =>
  () =>
    ledger.conflicts()

export const handleConflict =
  (ledger: Pick<ConflictLedger, 'conflict'>): Handler<'GET /v1/conflicts/:revision'> =>
  ({ params: { revision } }) =>
    ledger.conflict(revision)

export const handleAcceptConflict =
  (ledger: Pick<ConflictLedger, 'settle'>): Handler<'POST /v1/conflicts/:revision/accept'> =>
  ({ params: { revision }, body }, { signal }) =>
    ledger.settle(revision, 'accept', body, { signal })

export const handleRevertConflict =
  (ledger: Pick<ConflictLedger, 'settle'>): Handler<'POST /v1/conflicts/:revision/revert'> =>
  ({ params: { revision }, body }, { signal }) =>
    ledger.settle(revision, 'revert', body, { signal })
