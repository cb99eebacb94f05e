/**
 * Every error that Coterie names, in one table: code -> wire number, HTTP status, exit code, cause, next step.
 *
 * Codes are compared, texts never are. The table is split by domain, one file each, so that a reader finds
 * a code beside its siblings. Idea: Lodestar's `{code, ...data}` unions; syncthing's wire codes.
 */
import { apiErrors } from './api.ts'
import { backupErrors } from './backup.ts'
import { certificateErrors } from './certificates.ts'
import { changeErrors } from './changes.ts'
import { cliErrors } from './cli.ts'
import { composeErrors } from './compose.ts'
import { containerErrors } from './containers.ts'
import { demoErrors } from './demo.ts'
import { deployErrors } from './deploy.ts'
import { engineErrors } from './engine.ts'
import { gatewayErrors } from './gateway.ts'
import { intentErrors } from './intent.ts'
import { joinErrors } from './join.ts'
import { journalErrors } from './journal.ts'
import { meshErrors } from './mesh.ts'
import { networkErrors } from './network.ts'
import { openLanErrors } from './open-lan.ts'
import { proxyErrors } from './proxy.ts'
import { recordErrors } from './records.ts'
import { revocationErrors } from './revocations.ts'
import { rotationErrors } from './rotation.ts'
import type { DataOf, ErrorRule } from './rule.ts'
import { runtimeErrors } from './runtime.ts'
import { simErrors } from './sim.ts'
import { storeErrors } from './store.ts'
import { trustErrors } from './trust.ts'
import { updateErrors } from './updates.ts'
import { userErrors } from './users.ts'
import { wireErrors } from './wire.ts'

export { type DataOf, type ErrorRule, rule } from './rule.ts'

const table = {
  ...wireErrors,
  ...storeErrors,
  ...networkErrors,
  ...joinErrors,
  ...openLanErrors,
  ...certificateErrors,
  ...revocationErrors,
  ...rotationErrors,
  ...meshErrors,
  ...intentErrors,
  ...recordErrors,
  ...journalErrors,
  ...apiErrors,
  ...userErrors,
  ...composeErrors,
  ...demoErrors,
  ...deployErrors,
  ...updateErrors,
  ...runtimeErrors,
  ...engineErrors,
  ...containerErrors,
  ...gatewayErrors,
  ...proxyErrors,
  ...cliErrors,
  ...changeErrors,
  ...trustErrors,
  ...simErrors,
  ...backupErrors,
}

export type ErrorCode = keyof typeof table
export type ErrorData<Code extends ErrorCode> = DataOf<(typeof table)[Code]>

/** The table itself, for the adapters that map codes to wire, HTTP and exit codes. */
export const ERRORS: {
  readonly [Code in ErrorCode]: ErrorRule<ErrorData<Code>>
} = table

/** An error with a code, typed data and a sentence made from them; the only kind that crosses a border. */
export class CoterieError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CoterieError'
  readonly code: Code
  readonly data: ErrorData<Code>

  constructor(code: Code, data: ErrorData<Code>, options?: ErrorOptions) {
    const rule = ERRORS[code]
    super(`${rule.cause(data)}. ${rule.next(data)}.`, options)
    this.code = code
    this.data = data
  }
}

/** True when `error` is ours and, where a code is given, carries that code. */
export const isCoterieError = <Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is CoterieError<Code> => error instanceof CoterieError && (code === undefined || error.code === code)

/** The form in which an error crosses HTTP and the wire. */
export interface ErrorBody {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Turns an error into its border form; what is not ours becomes `internal` and keeps its message. */
export const errorBody = (error: unknown): ErrorBody => {
  const known = isCoterieError(error)
    ? error
    : new CoterieError('internal', {
        detail: error instanceof Error ? error.message : String(error),
      })
  const rule: ErrorRule<never> = ERRORS[known.code]
  return {
    code: known.code,
    message: rule.cause(known.data as never),
    next: rule.next(known.data as never),
    data: known.data as Record<string, unknown>,
  }
}
