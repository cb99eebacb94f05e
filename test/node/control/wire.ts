/** A client that says to a door what no library would. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

export interface Place {
  readonly port: number
  /** From which address of loopback, each of which counts as a client of its own. */
  readonly from?: string
  /** Over TLS, whoever answers. */
  readonly secure?: boolean
}

/** Connects; what goes wrong with the connection ends it, and is no error of the test. */
export const dial = ({ port, from = '127.0.0.1', secure = false }: Place): Socket => {
  const socket = secure
    ? connectSecure({ port, host: '127.0.0.1', localAddress: from, rejectUnauthorized: false } as object)
    : connectPlain({ port, host: '127.0.0.1', localAddress: from })
  return socket.on('error', () => undefined)
}

/** Sends these bytes and resolves with all that came back until the other side closed. */
export const say = async (place: Place, ...parts: readonly string[]): Promise<string> => {
  const socket = dial(place)
  let heard = ''
  socket.setEncoding('latin1').on('data', (part: string) => {
    heard += part
  })
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)))
  for (const part of parts) socket.write(part)
  return closed
}

export interface Answer {
  readonly status: number
  readonly head: string
  readonly code: string | null
}

/** Every answer of a connection, one after the other. */
export const answersIn = (heard: string): Answer[] => {
  const answers: Answer[] = []
  for (let rest = heard; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`no answer: ${JSON.stringify(rest.slice(0, 100))}`)
    const head = rest.slice(0, end)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    const body = rest.slice(end + 4, end + 4 + length)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    if (status !== 100)
      answers.push({
        status,
        head,
        code: (body === '' ? null : (JSON.parse(body).code ?? null)) as string | null,
      })
    rest = rest.slice(end + 4 + length)
  }
  return answers
}
