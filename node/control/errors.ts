/** Turns whatever stopped a request into a coded error. */

import { REQUEST_BYTES_MAX } from '../../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'

/** Null where it is neither ours nor the request's fault; then it belongs in the log, and the client gets `internal`. */
export const codedError = (error: unknown): CoterieError | null => {
  if (isCoterieError(error)) return error
  const { code = '', statusCode = 500, message } = error as Error & { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new CoterieError('bodyTooLarge', { bytesMax: REQUEST_BYTES_MAX })
  if (code.startsWith('FST_') && statusCode < 500)
    return new CoterieError('requestInvalid', { detail: message })
  return null
}
