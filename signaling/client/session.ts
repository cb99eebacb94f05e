import { request } from 'node:http'
import { CoterieError, ERRORS, type ErrorBody, type ErrorCode } from '../../protocols/errors/index.ts'

/** A refusal of the gateway, as the coded error that it is; an unknown code, of a newer gateway, keeps its words. */
const refusal = (text: string): CoterieError => {
  const { error } = JSON.parse(text) as { error: ErrorBody }
  return error.code in ERRORS
    ? new CoterieError(error.code as ErrorCode, error.data as never)
    : new CoterieError('internal', { detail: error.message })
}

/**
 * Asks a gateway for a session: an offer in, the sdp of an answer out.
 * @throws what the gateway answers; `daemonUnreachable` when nothing does
 */
export const askForSession = (gatewayUrl: string, service: string, sdp: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gatewayUrl)
    const body = JSON.stringify({ sdp })
    const post = request({
      host: hostname,
      port,
      method: 'POST',
      path: '/.coterie/session',
      // A name below localhost is resolved by browsers, not by every system: the header alone says which service.
      headers: { host: `${service}.localhost:${port}`, 'content-type': 'application/json' },
    })
    post.on('error', (error) =>
      reject(new CoterieError('daemonUnreachable', { socket: gatewayUrl, detail: error.message })),
    )
    post.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text).sdp)
        else reject(refusal(text))
      })
    })
    post.end(body)
  })
