/** The service that is read through a gateway, and what its server sees of its readers. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export const FILE = Buffer.alloc(5_000_000, 'a quite ordinary file. ')
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What the service's server is doing, seen from the server. */
export const seen = { openDownloads: 0, sentBytes: 0 }

const endless = (response: ServerResponse): void => {
  seen.openDownloads++
  seen.sentBytes = 0
  const part = Buffer.alloc(64 * 1024, 1)
  const more = (): void => {
    do seen.sentBytes += part.byteLength
    while (response.write(part))
  }
  response.on('drain', more)
  response.on('close', () => {
    seen.openDownloads--
  })
  more()
}

export const service = (request: IncomingMessage, response: ServerResponse): void => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service')
  switch (pathname) {
    case '/file':
      response.setHeader('content-type', 'application/octet-stream')
      return void response.end(FILE)
    case '/echo':
      response.setHeader('x-length', String(request.headers['content-length']))
      return void request.pipe(response)
    case '/endless':
      endless(response)
      return
    case '/dies':
      response.write('the beginning')
      return void setImmediate(() => response.destroy())
    case '/status':
      return void response.writeHead(Number(searchParams.get('code'))).end()
    case '/refuses':
      // Reads on, as a polite server does: the connection that it would close otherwise takes its answer with it.
      request.resume()
      response.writeHead(413).end('too much')
      return
    default:
      response.end(`${request.method} ${request.url} for ${request.headers.host}`)
  }
}

export const read = async (body: ReadableStream<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}
