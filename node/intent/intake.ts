/** The one way in for what others say: parsed, wanted, verified, stored, then merged. */
import { equals } from 'uint8arrays'
import {
  type Claim,
  type Hash,
  parseRegister,
  parseRevision,
  type Register,
  type Revision,
  registerClaim,
  registerName,
  revisionClaim,
  type Verify,
} from '../../crdt/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Holdings } from './holdings.ts'
import type { IntentRecords } from './intent-records.ts'
import type { Room } from './room.ts'

export interface IntakeComponents {
  readonly holdings: Holdings
  readonly records: IntentRecords
  readonly logger: Logger
  readonly hash: Hash
  readonly room: Room
  readonly verify: Verify
  /** True for a register that is surely never wanted again. */
  forgotten(node: NodeId, key: string): boolean
  /** True for a revision that a decision trimmed. */
  trimmed(revision: Revision): boolean
  /** Called with what is new here, once it is stored and merged. */
  taken(taken: { readonly revisions: readonly Revision[]; readonly registers: readonly Register[] }): void
}

const isStanding = ({ registers }: Holdings, { node, key, bytes }: Register): boolean =>
  equals(registers.bytesOf(registerName({ node, key })) ?? new Uint8Array(), bytes)

export class Intake {
  readonly #components: IntakeComponents

  constructor(components: IntakeComponents) {
    this.#components = components
  }

  /** Takes the revisions that are new here; a bad one is logged and the others count. @throws `storeFailed` */
  async takeRevisions(records: readonly Uint8Array[], from: NodeId): Promise<void> {
    const { holdings, hash } = this.#components
    const revisions: Revision[] = []
    for (const bytes of records) {
      await this.#unlessBad(from, async () => {
        const revision = parseRevision(bytes, hash)
        if (!this.#isWanted(revision)) return
        await this.#verify('revision', revisionClaim(revision))
        revisions.push(revision)
      })
    }
    await this.#keep(revisions, (wanted) => holdings.catalogue.add(wanted, from))
  }

  /** Takes an update of the catalogue as a whole, or not at all. @throws `storeFailed` */
  async takeUpdate(update: Uint8Array, from: NodeId): Promise<void> {
    const { holdings, room } = this.#components
    const { catalogue } = holdings
    await this.#unlessBad(from, async () => {
      if (!room.isOpen()) throw room.full()
      const inspected = catalogue.inspect(update)
      const revisions = inspected.revisions.filter((revision) => this.#isWanted(revision))
      for (const revision of revisions) await this.#verify('revision', revisionClaim(revision))
      await this.#keep(revisions, (wanted) => {
        if (wanted.length === inspected.revisions.length) catalogue.merge(inspected, from)
        else catalogue.add(wanted, from)
      })
    })
  }

  /** Takes the registers that succeed what is here; a bad one is logged and the others count. */
  async takeRegisters(records: readonly Uint8Array[], from: NodeId): Promise<void> {
    const { holdings, records: disk, forgotten, taken } = this.#components
    const registers: Register[] = []
    for (const bytes of records) {
      await this.#unlessBad(from, async () => {
        const register = parseRegister(bytes)
        if (forgotten(register.node, register.key) || !holdings.registers.wants(register)) return
        await this.#verify('register', registerClaim(register))
        if (!holdings.registers.merge(register)) return
        disk.storeRegister(register)
        registers.push(register)
      })
    }
    // While one was verified another may have come that succeeds it: nobody is told of what stands no more.
    const standing = registers.filter((each) => isStanding(holdings, each))
    if (standing.length > 0) taken({ revisions: [], registers: standing })
  }

  #isWanted(revision: Revision): boolean {
    const { holdings, trimmed } = this.#components
    return !holdings.catalogue.has(revision.id) && !trimmed(revision)
  }

  /** On disk first: what is in the catalogue, a voter may vote for. What is trimmed meanwhile leaves the disk again. */
  async #keep(revisions: readonly Revision[], merge: (wanted: readonly Revision[]) => void): Promise<void> {
    if (revisions.length === 0) return
    await this.#components.records.storeRevisions(revisions)
    const { records, taken, trimmed } = this.#components
    const wanted = revisions.filter((revision) => this.#isWanted(revision))
    const gone = revisions.filter(trimmed)
    if (wanted.length > 0) {
      merge(wanted)
      taken({ revisions: wanted, registers: [] })
    }
    if (gone.length > 0) await records.removeRevisions(gone)
  }

  async #verify(what: string, claim: Claim): Promise<void> {
    if (await this.#components.verify(claim)) return
    throw new CoterieError('signatureWrong', { what, signer: claim.signer })
  }

  async #unlessBad(from: NodeId, take: () => Promise<void>): Promise<void> {
    try {
      await take()
    } catch (error) {
      if (!isCoterieError(error) || error.code === 'storeFailed') throw error
      this.#components.logger.warn({ from, code: error.code }, error.message)
    }
  }
}
