/** What of a request two programs could read in two ways. */
import { CoterieError } from '../../protocols/errors/index.ts'

/** Node's `IncomingMessage` is one. */
export interface RequestForm {
  readonly url?: string | undefined
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[]
}

/** A request for a path of ours with one Host, and none that is meant for a proxy (RFC 9112, section 3.2). @throws `requestInvalid` */
export const checkForm = ({ url = '', rawHeaders }: RequestForm): void => {
  if (!url.startsWith('/')) throw new CoterieError('requestInvalid', { detail: 'its target is no path' })
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length !== 1)
    throw new CoterieError('requestInvalid', {
      detail: `it names ${hosts.length === 0 ? 'no host' : 'several hosts'}`,
    })
}
