import { setImmediate } from 'node:timers/promises'
import {
  judge,
  type KnownOfLog,
  merge,
  type Revocation,
  type RevocationSet,
  withoutOver,
} from '../../protocols/revocations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { VERIFIED_PER_TURN } from './limits.ts'
import { idOf, readRevocation, signRevocation } from './reading.ts'
import type { RevocationLog, Revocations, RevocationsComponents } from './types.ts'

const NOTHING: KnownOfLog = {
  removedNodes: new Set(),
  revocations: new Set(),
  issuesSinceMs: () => null,
}

/** See `Revocations`. What is heard acts, is put on the disk, and is told on then: shutting out too much is no harm. */
export class HeldRevocations implements Revocations {
  readonly #components: RevocationsComponents
  readonly #exchange: Exchange
  readonly #listeners = new Set<() => void>()
  #set: RevocationSet = new Map()
  #log: KnownOfLog = NOTHING
  #revoked: ReadonlyMap<NodeId, Revocation> = new Map()
  #taking: Promise<void> = Promise.resolve()
  #endLog = (): void => {}

  constructor(components: RevocationsComponents) {
    this.#components = components
    const set = () => this.#set
    this.#exchange = createExchange(components, {
      get set() {
        return set()
      },
      take: (shown, from) => this.#take(shown, from),
    })
  }

  get revoked(): ReadonlyMap<NodeId, Revocation> {
    return this.#revoked
  }

  has(node: NodeId): boolean {
    return this.#revoked.has(node)
  }

  all(): Iterable<Revocation> {
    return this.#set.values()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async load(): Promise<void> {
    const kept: Revocation[] = []
    for await (const [, bytes] of this.#components.records.entries()) {
      const record = readRevocation(bytes, this.#components)
      if (record !== null) kept.push(record)
    }
    this.#set = withoutOver(merge(new Map(), kept), this.#components.clock.wallMs())
    this.#judge()
  }

  start({ view, onChange }: RevocationLog): void {
    const { signing } = this.#components
    this.#log = {
      removedNodes: view.removedNodes,
      revocations: view.revocations,
      issuesSinceMs: (node) => {
        const certificate = view.issuers.get(node)
        return certificate === undefined ? null : (signing.signerOf(certificate)?.sinceMs ?? null)
      },
    }
    this.#endLog = onChange(() => this.#judge())
    this.#exchange.start()
    this.#judge()
  }

  stop(): void {
    this.#endLog()
    this.#exchange.stop()
  }

  async issue(
    node: NodeId,
    { name, reason }: { readonly name: string; readonly reason: string },
  ): Promise<Revocation | null> {
    const { clock, signing } = this.#components
    const bytes = await signRevocation({ node, name, reason, atMs: clock.wallMs() }, signing)
    const record = bytes === null ? null : readRevocation(bytes, this.#components)
    if (record === null) return null
    // What would not count is not said.
    if (!judge(merge(this.#set, [record]), this.#log).has(node)) return null
    await this.#keep([record], null)
    return this.#revoked.get(node) ?? null
  }

  async hear(shown: readonly Uint8Array[]): Promise<void> {
    await this.#take(shown, null)
  }

  /** One message after the other, so that what two say at once is verified once. */
  #take(shown: readonly Uint8Array[], from: NodeId | null): Promise<void> {
    const taken = this.#taking.then(async () => this.#keep(await this.#read(shown, from), from))
    this.#taking = taken.catch(() => undefined)
    return taken
  }

  /** Those that are new, up to the first one that proves nothing. */
  async #read(shown: readonly Uint8Array[], from: NodeId | null): Promise<Revocation[]> {
    const { clock, hash, logger } = this.#components
    const read: Revocation[] = []
    for (const bytes of shown) {
      if (this.#set.has(idOf(bytes, hash))) continue
      const record = readRevocation(bytes, this.#components)
      if (record === null) {
        logger.warn({ from }, 'a revocation proves nothing, and no more of that message is read')
        break
      }
      if (record.signer.untilMs > clock.wallMs()) read.push(record)
      if (read.length % VERIFIED_PER_TURN === 0) await setImmediate()
    }
    return read
  }

  async #keep(records: readonly Revocation[], from: NodeId | null): Promise<void> {
    const { clock, records: disk } = this.#components
    const before = this.#set
    const after = withoutOver(merge(before, records), clock.wallMs())
    if (after === before) return
    const added = [...after.values()].filter(({ id }) => !before.has(id))
    const gone = [...before.keys()].filter((id) => !after.has(id))
    this.#set = after
    this.#judge()
    await disk.write([
      ...added.map(({ id, bytes }) => ({ key: id, value: bytes })),
      ...gone.map((id) => ({ key: id, value: null })),
    ])
    this.#exchange.tell(added, from)
  }

  #judge(): void {
    const { logger } = this.#components
    const before = this.#revoked
    this.#revoked = judge(this.#set, this.#log)
    const isSame =
      before.size === this.#revoked.size && [...before.keys()].every((node) => this.#revoked.has(node))
    if (isSame) return
    for (const [node, { statement, signer }] of this.#revoked) {
      if (before.has(node)) continue
      const { name, reason } = statement
      logger.warn({ revoked: node, name, reason, by: signer.node ?? 'the root' }, 'a node is revoked')
    }
    for (const listener of this.#listeners) listener()
  }
}
