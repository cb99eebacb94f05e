/** Turns whatever stopped a request into a coded error. */
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'

/**
 * `bytesMax`: of the request's body. Null where it is neither ours nor the request's fault; then it belongs in the log, and the client
 * gets `internal`.
 */
export const codedError = (error: unknown, bytesMax: number): CoterieError | null => {
  if (isCoterieError(error)) return error
  const { code = '', statusCode = 500, message } = error as Error & { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new CoterieError('bodyTooLarge', { bytesMax })
  if (code.startsWith('FST_') && statusCode < 500)
    return new CoterieError('requestInvalid', { detail: message })
  return null
}
