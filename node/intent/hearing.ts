/** The quick way in: hints, taken or looked after. What they do not bring, the regular comparison does. */
import { equals } from 'uint8arrays'
import { type Hash, syncHintCodec } from '../../crdt/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections } from '../ports/network.ts'
import { type Holdings, rootOf } from './holdings.ts'
import type { Intake } from './intake.ts'
import type { Puller } from './puller.ts'

export interface HearingComponents {
  readonly connections: Pick<Connections, 'connected'>
  readonly holdings: Holdings
  readonly intake: Intake
  readonly puller: Pick<Puller, 'pullSoon'>
  readonly random: Random
  readonly logger: Logger
  readonly hash: Hash
}

export class Hearing {
  readonly #components: HearingComponents
  #isEnded = false

  constructor(components: HearingComponents) {
    this.#components = components
  }

  readonly hear = (from: NodeId, payload: Uint8Array): void => {
    if (this.#isEnded) return
    this.#take(from, payload).catch((error: Error) =>
      this.#components.logger.warn({ from, error: error.message }, 'a hint was not taken'),
    )
  }

  /** Takes none any more. */
  end(): void {
    this.#isEnded = true
  }

  async #take(from: NodeId, payload: Uint8Array): Promise<void> {
    const { holdings, hash, intake } = this.#components
    const hint = syncHintCodec.decode(payload)
    switch (hint.type) {
      case 'update':
        return await intake.takeUpdate(hint.update, from)
      case 'registers':
        return await intake.takeRegisters(hint.records, from)
      case 'digest':
        if (!equals(hint.root, rootOf(holdings, hash))) this.#pullFrom(from)
    }
  }

  /** Pulls from that peer; from any other where it is not connected. */
  #pullFrom(peer: NodeId): void {
    const { connections, random, puller } = this.#components
    const connected = connections.connected()
    const another = connected[Math.floor(random() * connected.length)]
    const source = connected.includes(peer) ? peer : another
    if (source !== undefined) puller.pullSoon(source)
  }
}
