/** Errors that come from outside as errors with a code. */
import { statSync } from 'node:fs'
import {
  CoterieError,
  ERRORS,
  type ErrorCode,
  type ErrorData,
  isCoterieError,
} from '../protocols/errors/index.ts'

/** The error that the daemon answered with; a code that this version does not know keeps the daemon's words. */
export const coded = (body: unknown, request: string): CoterieError => {
  const { code, message, next, data } = body as Record<string, unknown>
  if (typeof code !== 'string' || typeof message !== 'string' || typeof next !== 'string')
    return new CoterieError('answerUnreadable', { request, detail: 'it is no error of a daemon' })
  try {
    if (Object.hasOwn(ERRORS, code)) return new CoterieError(code as ErrorCode, data as ErrorData<ErrorCode>)
  } catch {
    // Data of another version, which this version's sentence cannot be made from.
  }
  return new CoterieError('errorUnknown', { code, message, next })
}

const DETAILS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nobody listens there any more',
  ECONNRESET: 'it hung up',
}

const isOtherThing = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isSocket() === false

/** What stopped a request before it had an answer. */
export const unreachable = (error: NodeJS.ErrnoException, socket: string): CoterieError => {
  if (isCoterieError(error)) return error
  const { code = '', message } = error
  if (code === 'EACCES') return new CoterieError('socketForbidden', { socket })
  const detail = code === 'ECONNREFUSED' && isOtherThing(socket) ? 'that is no socket' : DETAILS[code]
  return new CoterieError('daemonUnreachable', { socket, detail: detail ?? message })
}
