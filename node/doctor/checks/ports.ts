/** What is listened on here, and who else holds a port that is wanted. */
import { connect } from 'node:net'
import { bad, good, type Verdict } from '../verdict.ts'

export interface Listener {
  /** What for, as in `between nodes`. */
  readonly use: string
  /** The setting that names another one. */
  readonly setting: string
  readonly host: string
  readonly port: number
}

export type ListenerState =
  /** A daemon listens there, and answers or does not. */
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  /** No daemon runs: a daemon could listen there, or could not. */
  | { readonly type: 'free' }
  | { readonly type: 'taken'; readonly owner: string | null }
  | { readonly type: 'refused'; readonly detail: string }

export interface ListenerFacts extends Listener {
  readonly state: ListenerState
}

export const judgePorts = (listeners: readonly ListenerFacts[]): Verdict[] => {
  const troubles = listeners.flatMap(troubleOf)
  if (troubles.length > 0 || listeners.length === 0) return troubles
  const isOpen = listeners.some(({ state }) => state.type === 'open')
  const told = [...new Set(listeners.map(({ use, port }) => `${port} ${use}`))].join(', ')
  return [good(isOpen ? `listening: ${told}` : `free: ${told}`)]
}

const troubleOf = ({ use, setting, host, port, state }: ListenerFacts): Verdict[] => {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  switch (state.type) {
    case 'open':
    case 'free':
      return []
    case 'closed':
      return [bad(`${place} ${use} does not answer`, 'Look at the log of the daemon, then start it again')]
    case 'taken':
      return [
        bad(
          `${place} ${use} is taken${state.owner === null ? '' : ` by ${state.owner}`}`,
          `Stop that program, or choose another port by --${setting}`,
        ),
      ]
    case 'refused':
      return [bad(`${place} ${use} cannot be listened on: ${state.detail}`, `Choose another by --${setting}`)]
  }
}

export interface PortsComponents {
  /** The system's code where it refuses to listen there now, else null. */
  listenRefusal(host: string, port: number): Promise<string | null>
  portOwner(port: number): Promise<string | null>
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen there',
}

/** Where no daemon runs: could one listen there. */
export const measureFree = (
  { listenRefusal, portOwner }: PortsComponents,
  listeners: readonly Listener[],
): Promise<ListenerFacts[]> =>
  Promise.all(
    listeners.map(async (listener): Promise<ListenerFacts> => {
      const { host, port } = listener
      const code = port === 0 ? null : await listenRefusal(host, port)
      if (code === null) return { ...listener, state: { type: 'free' } }
      if (code === 'EADDRINUSE')
        return { ...listener, state: { type: 'taken', owner: await portOwner(port) } }
      return { ...listener, state: { type: 'refused', detail: REFUSALS[code] ?? code } }
    }),
  )

/** A daemon that lives accepts at once. */
const ACCEPT_MS_MAX = 2_000

/** Where a daemon runs: does it answer there. */
export const measureOpen = (listeners: readonly Listener[]): Promise<ListenerFacts[]> =>
  Promise.all(
    listeners.map(async (listener) => ({
      ...listener,
      state: { type: (await accepts(listener)) ? 'open' : 'closed' } as const,
    })),
  )

const accepts = ({ host, port }: Listener): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ACCEPT_MS_MAX })
    const end = (does: boolean) => {
      socket.destroy()
      resolve(does)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
