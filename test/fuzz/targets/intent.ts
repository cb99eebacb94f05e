/** What others say about intent, into a real intake over a real catalogue, register set and store. */
import { fromString } from 'uint8arrays'
import {
  type Catalogue,
  compareAnswerCodec,
  createRegisterSet,
  fetchAnswerCodec,
  listAnswerCodec,
  openCatalogue,
  parseRegister,
  type RegisterSet,
  syncHintCodec,
  syncRequestCodec,
} from '../../../crdt/index.ts'
import { type Holdings, rootOf } from '../../../node/intent/holdings.ts'
import { Intake } from '../../../node/intent/intake.ts'
import { IntentRecords } from '../../../node/intent/intent-records.ts'
import { Room } from '../../../node/intent/room.ts'
import { answerSync } from '../../../node/intent/sync-server.ts'
import type { Random } from '../../../node/ports/clock.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { pick } from '../../../node/simulation/random.ts'
import { FRAME_BYTES_MAX, GOSSIP_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { OTHERS, SELF } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom, sourceOf } from '../frames.ts'
import { createRefusals } from '../refusals.ts'
import { boundsIn } from '../schema-values.ts'
import { breach, nothing, Refused, type Subject, type Target, unbroken } from '../target.ts'
import { type Tree, treeOf } from '../tree.ts'
import { changedUpdate, honestUpdate } from './catalogue-updates.ts'
import { changedRegister, changedRevision, REGISTERS, REVISIONS } from './signed-records.ts'

const PEER = OTHERS[0]?.node as string

/** Records in memory that count what was written. */
const countingStore = (): { readonly store: RecordStore; readonly writes: () => number } => {
  let writes = 0
  const store: RecordStore = {
    get: async () => null,
    getNow: () => null,
    write: async (changes) => {
      writes += changes.length
    },
    entries: async function* () {},
    pages: async function* () {},
  }
  return { store, writes: () => writes }
}

/** A node's intent without its network: what is refused is known by what it logs. */
class Holder {
  readonly catalogue: Catalogue = openCatalogue({ clientId: 7, hash: SELF.hash })
  readonly registers: RegisterSet = createRegisterSet(SELF.hash)
  readonly #disk = countingStore()
  readonly #intake: Intake
  readonly #refusals = createRefusals()

  constructor() {
    const { hash, verify } = SELF
    const common = { logger: this.#refusals.logger, hash, clock: createHandClock() }
    const records = new IntentRecords({ ...common, records: () => this.#disk.store }, SELF.node)
    const holdings = this.holdings
    this.#intake = new Intake({
      ...common,
      holdings,
      records,
      room: new Room(holdings.catalogue, Number.POSITIVE_INFINITY),
      verify,
      forgotten: () => false,
      trimmed: () => false,
      taken: () => {},
    })
    this.catalogue.add(REVISIONS.slice(0, 6), 'disk')
    for (const register of REGISTERS.slice(0, 6)) this.registers.merge(parseRegister(register))
  }

  get holdings(): Holdings {
    return { catalogue: this.catalogue, registers: this.registers }
  }

  /** Does what the intake is asked for; throws `Refused` where it logged a refusal. */
  take(ask: (intake: Intake) => Promise<void>): Promise<void> {
    return this.#refusals.during(() => ask(this.#intake))
  }

  fingerprint(): string {
    const root = Buffer.from(rootOf(this.holdings, SELF.hash)).toString('hex')
    return `${root} ${this.catalogue.ids().length} ${this.registers.index.size} ${this.#disk.writes()}`
  }
}

const subjectOf = (
  make: Subject['make'],
  take: (holder: Holder, frame: Uint8Array) => Promise<void>,
): Subject => {
  const holder = new Holder()
  return { make, take: (frame) => take(holder, frame), fingerprint: () => holder.fingerprint() }
}

const RECORD_CODES = ['signatureWrong'] as const

export const revisionTarget: Target = {
  name: 'revision',
  codes: [...RECORD_CODES, 'revisionInvalid', 'revisionTooLarge'],
  open: () =>
    subjectOf(changedRevision, (holder, frame) =>
      holder.take((intake) => intake.takeRevisions([frame], PEER)),
    ),
}

export const registerTarget: Target = {
  name: 'register',
  codes: [...RECORD_CODES, 'registerInvalid'],
  open: () =>
    subjectOf(changedRegister, (holder, frame) =>
      holder.take((intake) => intake.takeRegisters([frame], PEER)),
    ),
}

const UPDATE_CODES = [...RECORD_CODES, 'updateRefused', 'revisionInvalid', 'revisionTooLarge'] as const

export const catalogueUpdateTarget: Target = {
  name: 'catalogue-update',
  codes: UPDATE_CODES,
  open: () =>
    subjectOf(changedUpdate, (holder, frame) => holder.take((intake) => intake.takeUpdate(frame, PEER))),
}

const hintSource: FrameSource = {
  bounds: boundsIn(syncHintCodec.schema),
  bytesMax: GOSSIP_BYTES_MAX,
  valid: (random): Tree =>
    pick(random, [
      () => treeOf({ type: 'update', update: honestUpdate(random) }),
      () => treeOf({ type: 'registers', records: [pick(random, REGISTERS), changedRegister(random)] }),
      () => treeOf({ type: 'digest', root: SELF.hash(fromString('root')) }),
    ])(),
}

/** The same way as `IntentService` takes a hint; a digest only makes it ask. */
export const hintTarget: Target = {
  name: 'sync-hint',
  codes: [...UPDATE_CODES, 'registerInvalid', 'malformedMessage'],
  open: () =>
    subjectOf(
      (random) => frameFrom(random, hintSource),
      async (holder, frame) => {
        const hint = syncHintCodec.decode(frame)
        assertRoundTrip(syncHintCodec, hint)
        if (hint.type === 'update') await holder.take((intake) => intake.takeUpdate(hint.update, PEER))
        // One by one: a bad register is left out and the others count.
        if (hint.type === 'registers')
          for (const record of hint.records)
            await holder.take((intake) => intake.takeRegisters([record], PEER)).catch(asLeftOut)
      },
    ),
}

const asLeftOut = (error: unknown): void => {
  if (!(error instanceof Refused)) throw error
}

const NAMES = [...REVISIONS.map(({ id }) => id), ...REGISTERS.map(nameOf)]

function nameOf(register: Uint8Array): string {
  const { node, key } = parseRegister(register)
  return `${node}/${key}`
}

const requestWords = (random: Random): Tree => {
  const request = sourceOf(syncRequestCodec.schema).valid(random)
  const fetch = {
    type: 'fetch',
    kind: pick(random, ['revisions', 'registers']),
    names: [pick(random, NAMES)],
  }
  return pick(random, [request, treeOf(fetch)])
}

const ANSWERS = { compare: compareAnswerCodec, list: listAnswerCodec, fetch: fetchAnswerCodec } as const

/** A question is answered with what its asker can read, and changes nothing. */
export const syncRequestTarget: Target = {
  name: 'sync-request',
  codes: ['malformedMessage'],
  open: () => {
    const holder = new Holder()
    const before = holder.fingerprint()
    const source = { bounds: boundsIn(syncRequestCodec.schema), valid: requestWords }
    return {
      make: (random) => frameFrom(random, source),
      take: (frame) => {
        const request = syncRequestCodec.decode(frame)
        assertRoundTrip(syncRequestCodec, request)
        const answer = unbroken('answering', () =>
          answerSync(frame, { holdings: holder.holdings, hash: SELF.hash, clock: { wallMs: () => 1 } }),
        )
        if (answer.byteLength >= FRAME_BYTES_MAX) breach(`an answer of ${answer.byteLength} bytes`)
        unbroken('reading the answer', () => void ANSWERS[request.type].decode(answer))
        if (holder.fingerprint() !== before) breach('a question changed the state')
      },
      fingerprint: nothing,
    }
  },
}
