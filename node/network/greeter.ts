/**
 * The first words between members: each shows its chain on every connection, before any other handler answers it.
 *
 * Guarantees: who is admitted becomes a member for the gate only once its chain was verified, and ceases to be one when that
 * ends. Both ends greet on a connection, for either may have forgotten what the other has shown; chains that are known cost no signature.
 */
import type { Connection } from '@libp2p/interface'
import { type Hello, helloCodec } from '../../protocols/credentials/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { decodeAnswer, type NodeId, PROTOCOLS, STRANGER_FRAME_BYTES_MAX } from '../../protocols/wire/index.ts'
import type { Chain } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Requests } from '../ports/network.ts'
import { ipOf } from './addresses.ts'
import { withDeadline } from './deadline.ts'
import { createFrameStream } from './frame-stream.ts'
import type { Gate } from './gate.ts'
import { GREETING_RETRY_MS, GREETING_TIMEOUT_MS, ORIGINAL_TIMEOUT_MS, PROOF_CHECK_MS } from './limits.ts'

/** How this node proves who it is, and judges the proofs of others. */
export interface Proofs {
  own(): Chain
  /** @throws where the chain proves nothing, or no longer; asked again for each chain from time to time */
  verify(chain: Chain, peer: NodeId): unknown
  /** A member found this node's own chain wanting. */
  onRefused(): void
  /** Whether this node stands on a copy of a data directory. */
  readonly isCopy?: boolean
  /** A member reaches the machine that the directory was copied from, beside this one. */
  onCopyRefused?(error: CoterieError): void
  /** Absent where nobody is revoked. */
  readonly revocations?: ShownRevocations
}

/** What a node that was revoked is told of that. */
export interface ShownRevocations {
  /** Null for any other node. */
  of(node: NodeId): Uint8Array | null
  /** Somebody showed this node such a thing, which may be anything. */
  onShown(revocation: Uint8Array): void
}

export interface GreeterListeners {
  /** Its chain came with its own greeting. */
  onProven(node: NodeId): void
  /** What it had shown counts no more. */
  onLapsed(node: NodeId): void
}

/** The open connections of a node. */
type ConnectionsOf = (node: NodeId) => readonly Connection[]

export interface GreeterComponents {
  readonly clock: Clock
  readonly gate: Gate
}

export class Greeter {
  readonly #components: GreeterComponents
  readonly #self: NodeId
  readonly #greetings = new WeakMap<Connection, Promise<void>>()
  /** Those whose other end stands on a copy. */
  readonly #copies = new WeakSet<Connection>()
  #proofs: Proofs | null = null
  #listeners: GreeterListeners | null = null
  #connectionsOf: ConnectionsOf = () => []
  #cancelCheck = (): void => {}

  constructor(components: GreeterComponents, init: { readonly self: NodeId }) {
    this.#components = components
    this.#self = init.self
  }

  /** From now on. */
  require(proofs: Proofs, listeners: GreeterListeners, connectionsOf: ConnectionsOf): void {
    this.#proofs = proofs
    this.#connectionsOf = connectionsOf
    this.#components.gate.demandProofs()
    this.#listeners = listeners
    this.#checkLater()
  }

  stop(): void {
    this.#cancelCheck()
  }

  /** Once for each connection; null where there is nothing to prove. Rejects with the reason why they are no members to each other. */
  greet(connection: Connection): Promise<void> | null {
    if (this.#proofs === null || !this.#components.gate.isAdmitted(connection.remotePeer.toString()))
      return null
    const known = this.#greetings.get(connection)
    if (known !== undefined) return known
    const greeting = this.#exchange(connection, this.#proofs)
    this.#greetings.set(connection, greeting)
    // Whoever wants to talk asks again and again; the other side, and we, may have another chain by then.
    greeting.catch(() =>
      this.#components.clock.after(GREETING_RETRY_MS, () => {
        if (this.#greetings.get(connection) === greeting) this.forget(connection)
      }),
    )
    return greeting
  }

  /** Lets the connection be greeted again, with what there is to show now. */
  forget(connection: Connection): void {
    this.#greetings.delete(connection)
  }

  /** Answers whoever greets, also a machine that only wants to know whom it talks to. */
  serve(requests: Pick<Requests, 'handleRequest'>): void {
    requests.handleRequest(
      PROTOCOLS.hello,
      async (from, payload) => {
        if (this.#proofs === null) throw new CoterieError('notAMember', { peer: this.#self })
        const { chain, isCopy } = helloCodec.decode(payload)
        const revoked = this.#proofs.revocations?.of(from) ?? null
        if (revoked !== null) return helloCodec.encode({ chain: [], revoked })
        if (isCopy === true && this.#components.gate.isAdmitted(from))
          await this.#checkCopy(from, this.#proofs)
        // An admitted one without a chain still joins: the reply with its certificates was lost, and it asks again.
        if (chain.length > 0 && this.#components.gate.isAdmitted(from)) {
          this.#judge(from, chain, this.#proofs)
          this.#listeners?.onProven(from)
        }
        return this.#hello(this.#proofs)
      },
      { strangers: true },
    )
  }

  #hello(proofs: Proofs): Uint8Array {
    const isCopy = proofs.isCopy === true
    const atMs = this.#components.clock.wallMs()
    return helloCodec.encode({ chain: [...proofs.own()], atMs, ...(isCopy && { isCopy }) })
  }

  #judge(node: NodeId, chain: Chain, proofs: Proofs): void {
    proofs.verify(chain, node)
    this.#components.gate.prove(node, chain)
  }

  async #exchange(connection: Connection, proofs: Proofs): Promise<void> {
    const node = connection.remotePeer.toString()
    try {
      const { chain, isCopy, revoked } = await this.#ask(connection, proofs, GREETING_TIMEOUT_MS)
      if (revoked !== undefined) proofs.revocations?.onShown(revoked)
      this.#judge(node, chain, proofs)
      if (isCopy === true) this.#copies.add(connection)
      else this.#closeCopies(node)
    } catch (error) {
      if (isAbout(error, this.#self)) proofs.onRefused()
      if (isCoterieError(error, 'dataDirCopied')) proofs.onCopyRefused?.(error)
      throw error
    }
  }

  async #ask(connection: Connection, proofs: Proofs, timeoutMs: number): Promise<Hello> {
    const node = connection.remotePeer.toString()
    const target = { peer: node, protocol: PROTOCOLS.hello }
    const answer = await withDeadline(this.#components.clock, target, { timeoutMs }, async (signal) => {
      const stream = await connection.newStream([PROTOCOLS.hello], { signal })
      const frames = createFrameStream(stream, node, STRANGER_FRAME_BYTES_MAX)
      signal.addEventListener('abort', () => frames.abort(), { once: true })
      await frames.write(this.#hello(proofs))
      await frames.close()
      return await frames.read()
    })
    if (answer === null) throw new CoterieError('peerUnreachable', { peer: node, detail: 'it did not greet' })
    return helloCodec.decode(decodeAnswer(answer))
  }

  /** A copy takes the place of its original, and never stands beside it. @throws `dataDirCopied` where that one answers */
  async #checkCopy(node: NodeId, proofs: Proofs): Promise<void> {
    const originals = this.#connectionsOf(node).map(async (connection) => {
      const { isCopy } = await this.#ask(connection, proofs, ORIGINAL_TIMEOUT_MS)
      if (isCopy === true) throw new Error('it is a copy too')
      return connection
    })
    const original = await Promise.any(originals).catch(() => null)
    if (original !== null) throw new CoterieError('dataDirCopied', { node, at: ipOf(original.remoteAddr) })
  }

  /** The original is here: its copy greets again when it has dialled again, and is refused. */
  #closeCopies(node: NodeId): void {
    for (const connection of this.#connectionsOf(node))
      if (this.#copies.has(connection)) connection.abort(new Error('it stands on a copy'))
  }

  #checkLater(): void {
    this.#cancelCheck = this.#components.clock.after(PROOF_CHECK_MS, () => {
      this.#check()
      this.#checkLater()
    })
  }

  #check(): void {
    const { gate } = this.#components
    for (const [node, chain] of gate.proofs) {
      try {
        this.#proofs?.verify(chain, node)
      } catch {
        gate.lapse(node)
        this.#listeners?.onLapsed(node)
      }
    }
  }
}

const isAbout = (error: unknown, node: NodeId): boolean =>
  (isCoterieError(error, 'certificateInvalid') || isCoterieError(error, 'certificateExpired')) &&
  error.data.peer === node
