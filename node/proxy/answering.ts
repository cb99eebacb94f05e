/** The far end of a tunnel: judges by itself what is asked for, and connects to the task. */
import type { Duplex } from 'node:stream'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type TunnelOpening, tunnelOpeningCodec } from '../../protocols/proxy/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { BytesHandler } from '../ports/network.ts'
import type { CarriedTasks } from './carried.ts'
import { dialHere } from './connect.ts'
import type { Counts } from './counts.ts'
import { join } from './join.ts'
import type { Tasks } from './tasks.ts'
import type { ProxyComponents } from './types.ts'
import { joinDatagrams, openUdp } from './udp-end.ts'

export interface AnsweringComponents extends Pick<ProxyComponents, 'clock'> {
  readonly tasks: Tasks
  readonly carried: CarriedTasks
  readonly counts: Counts
}

/** Grants `tunnelRefused` and `taskPortClosed` to whoever asks for what is not there. */
export const answerTunnels = (components: AnsweringComponents, self: NodeId): BytesHandler => {
  const { clock, tasks, carried, counts } = components

  const openTcp = async (opening: TunnelOpening, place: { host: string; port: number }) => {
    const socket = await dialHere(clock, place).catch((error: Error) => {
      throw new CoterieError('taskPortClosed', { ...opening, node: self, detail: error.message })
    })
    return (bytes: Duplex): void => {
      const close = counts.open('answered')
      let leave = (): void => {}
      const joined = join(bytes, socket, clock.nowMs, () => {
        close()
        leave()
      })
      leave = carried.add(opening.task, joined)
      if (bytes.closed && socket.closed) leave()
    }
  }

  return async (_from, payload) => {
    const opening = tunnelOpeningCodec.decode(payload)
    const { task, target, protocol } = opening
    const place = tasks.placeOf(task, target, protocol)
    if (place === null) throw new CoterieError('tunnelRefused', { ...opening, node: self })
    if (!counts.hasRoom()) {
      counts.lose('too-many')
      const detail = 'its node carries as many connections as it may'
      throw new CoterieError('taskPortClosed', { ...opening, node: self, detail })
    }
    if (protocol === 'tcp') return openTcp(opening, place)
    return (bytes) => {
      const close = counts.open('answered')
      const end = joinDatagrams(bytes, openUdp(place), () => counts.dropDatagram())
      const leave = carried.add(task, { quietMs: () => Number.POSITIVE_INFINITY, end })
      bytes.once('close', () => {
        close()
        leave()
      })
    }
  }
}
