/** Lines to an HTTP server: JSON, one object a line. What it answers is only looked at as far as its status. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import { BATCH_LENGTH_MAX, BATCH_LINES_MAX, POST_TIMEOUT_MS, RETRY_CEILING_MS } from './limits.ts'
import { redact } from './redact.ts'
import { type Destination, LinesRefused } from './shipper.ts'

/** Characters of a token: more is a file that was meant for something else. */
const TOKEN_LENGTH_MAX = 4_096

/** Characters of an answer that are told. */
const ANSWER_LENGTH_MAX = 200

/** What a server says of a batch that it will never take. */
const REFUSED = new Set([400, 413, 422])

export interface UrlInit {
  readonly url: string
  readonly tokenFile: string | null
  /** Remembers how far it got. */
  readonly sentPath: string
  /** What each line is told to come from. */
  readonly origin: { readonly nodeName: string; readonly mesh: string }
}

export const urlDestination = (clock: Pick<Clock, 'after'>, init: UrlInit): Destination => {
  const { url, tokenFile, sentPath, origin } = init
  const isEncrypted = url.startsWith('https:')
  // Known with the first batch: a daemon that sends nothing there does not load TLS for it.
  let connection: Promise<Connection> | null = null
  const where = withoutQuery(url)
  const head = `{${JSON.stringify(origin).slice(1, -1)},`
  return {
    name: where,
    linesMax: BATCH_LINES_MAX,
    lengthMax: BATCH_LENGTH_MAX,
    retryCeilingMs: RETRY_CEILING_MS,
    begin: () => readSent(sentPath, url),
    send: async (lines) => {
      const token = tokenFile === null ? null : await readExportToken(tokenFile)
      const body = Buffer.from(lines.map(({ text }) => `${head}${text.slice(1)}\n`).join(''))
      const headers = {
        'content-type': 'application/x-ndjson',
        'content-length': body.byteLength,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      }
      connection ??= isEncrypted ? openEncrypted() : openPlain()
      const sent = (await connection)(url, { method: 'POST', headers })
      const { status, text } = await post(clock, sent, body).catch((error: Error) => {
        throw new CoterieError('logExportFailed', { where, detail: error.message })
      })
      if (status >= 200 && status < 300) return writeSent(sentPath, url, lines.at(-1)?.sequence ?? 0)
      const failed = new CoterieError('logExportFailed', { where, detail: answered(status, text) })
      throw REFUSED.has(status) ? new LinesRefused(failed.message, { cause: failed }) : failed
    },
  }
}

type Connection = (url: string, options: RequestOptions) => ClientRequest

/** One connection, as one batch is under way at a time. */
const KEPT = { keepAlive: true, maxSockets: 1 }

const openPlain = async (): Promise<Connection> => {
  const agent = new Agent(KEPT)
  return (url, options) => request(url, { ...options, agent })
}

const openEncrypted = async (): Promise<Connection> => {
  const https = await import('node:https')
  const agent = new https.Agent(KEPT)
  return (url, options) => https.request(url, { ...options, agent })
}

/** What may hold a key stays out of logs and findings. */
const withoutQuery = (url: string): string => url.replace(/\?.*$/, '')

const answered = (status: number, text: string): string => {
  const told = redact(text.replace(/\s+/g, ' ').trim())
  return `it answered ${status}${told === '' ? '' : `: ${told}`}`
}

interface Answer {
  readonly status: number
  /** Its begin. */
  readonly text: string
}

/** Sends the body and reads the answer to its end, both in time. Rejects with what went wrong. */
const post = async (clock: Pick<Clock, 'after'>, sent: ClientRequest, body: Uint8Array): Promise<Answer> => {
  let cancel: () => void = () => undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      cancel = clock.after(POST_TIMEOUT_MS, () => {
        reject(new Error(`it did not answer within ${POST_TIMEOUT_MS / 1000} s`))
        sent.destroy()
      })
      sent.once('response', (response) => read(response).then(resolve, reject))
      // There may be another one when it is destroyed.
      sent.on('error', reject)
      sent.end(body)
    })
  } finally {
    cancel()
  }
}

const read = async (response: IncomingMessage): Promise<Answer> => {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    text = (text + chunk).slice(0, ANSWER_LENGTH_MAX)
    // Whoever says more than anybody reads is left; the next batch opens a new connection.
    if (text.length === ANSWER_LENGTH_MAX) break
  }
  return { status: response.statusCode ?? 0, text }
}

/** @throws `logExportTokenUnusable` */
export const readExportToken = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new CoterieError('logExportTokenUnusable', { path, detail: error.message })
  })
  const token = text.trim()
  if (token.length > TOKEN_LENGTH_MAX || !/^[\x21-\x7e]+$/.test(token))
    throw new CoterieError('logExportTokenUnusable', { path, detail: 'it holds no single word' })
  return token
}

/** How far it got with that URL; null where it never sent anything there. */
const readSent = async (path: string, url: string): Promise<number | null> => {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    const sent = JSON.parse(text) as { readonly url?: unknown; readonly sequence?: unknown }
    return sent.url === url && Number.isSafeInteger(sent.sequence) ? (sent.sequence as number) : null
  } catch {
    return null
  }
}

/** Without a sync: what is forgotten is sent again. */
const writeSent = async (path: string, url: string, sequence: number): Promise<void> => {
  try {
    await writeFile(`${path}.new`, `${JSON.stringify({ url, sequence })}\n`, { mode: 0o600 })
    await rename(`${path}.new`, path)
  } catch {
    // A disk that is full is told of by the journal itself.
  }
}
