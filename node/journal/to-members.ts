/** The last lines of this node to two other members, which keep a copy of them. See docs/design/journal.md. */
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  copyAnswerCodec,
  copyQuestionCodec,
  JOURNAL_BATCH_LINES_MAX,
  JOURNAL_LINE_LENGTH_MAX,
} from '../../protocols/journal/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Requests } from '../ports/network.ts'
import { COPIES_OF_EACH } from './limits.ts'
import { inOrderFor } from './rendezvous.ts'
import {
  createShipper,
  type Destination,
  type Shipper,
  type ShipperComponents,
  type ShipperState,
} from './shipper.ts'

/** How often it is looked whether the members that keep copies are still the right ones. */
const LOOK_MS = 5_000

/** For a batch; a member that takes longer is tried again. */
const KEEP_TIMEOUT_MS = 10_000

export interface MemberExportComponents extends ShipperComponents {
  readonly self: NodeId
  readonly requests: Pick<Requests, 'request'>
  /** Members that are alive. */
  alive(): readonly NodeId[]
}

const memberDestination = (
  { requests, self }: Pick<MemberExportComponents, 'requests' | 'self'>,
  keeper: NodeId,
): Destination => {
  const ask = async (question: Parameters<typeof copyQuestionCodec.encode>[0]) => {
    const options = { timeoutMs: KEEP_TIMEOUT_MS }
    const asked = copyQuestionCodec.encode(question)
    return copyAnswerCodec.decode(await requests.request(keeper, PROTOCOLS.journalCopies, asked, options))
      .last
  }
  return {
    name: keeper,
    linesMax: JOURNAL_BATCH_LINES_MAX,
    lengthMax: JOURNAL_BATCH_LINES_MAX * JOURNAL_LINE_LENGTH_MAX,
    retryCeilingMs: LOOK_MS,
    begin: () => ask({ type: 'held', of: self }),
    send: async (lines) => {
      await ask({ type: 'keep', lines: lines.map(({ text }) => text) })
    },
  }
}

const NOTHING = { sent: 0, dropped: 0, failures: 0, waiting: 0, problem: null }

class TwoMembers implements Shipper {
  readonly #components: MemberExportComponents
  readonly #shippers = new Map<NodeId, Shipper>()
  /** What those counted that were given up. */
  #before: ShipperState = NOTHING
  #cancel: () => void = () => undefined
  #ending: Promise<unknown> = Promise.resolve()

  constructor(components: MemberExportComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    this.#look()
  }

  async stop(): Promise<void> {
    this.#cancel()
    for (const keeper of this.#shippers.keys()) this.#giveUp(keeper)
    await this.#ending
  }

  /** Of all that keep a copy now, and what was counted with those before. */
  state(): ShipperState {
    const now = [...this.#shippers.values()].map((shipper) => shipper.state()).reduce(sum, NOTHING)
    const alone = this.#shippers.size === 0 ? ALONE : null
    return sum(this.#before, { ...now, problem: now.problem ?? alone })
  }

  #look(): void {
    const { self, alive, clock } = this.#components
    const keepers = inOrderFor(self, alive()).slice(0, COPIES_OF_EACH)
    for (const keeper of this.#shippers.keys()) if (!keepers.includes(keeper)) this.#giveUp(keeper)
    for (const keeper of keepers) {
      if (this.#shippers.has(keeper)) continue
      const destination = memberDestination(this.#components, keeper)
      const shipper = createShipper(this.#components, { destination, from: 0 })
      this.#shippers.set(keeper, shipper)
      void shipper.start()
    }
    this.#cancel = clock.after(LOOK_MS, () => this.#look())
  }

  #giveUp(keeper: NodeId): void {
    const shipper = this.#shippers.get(keeper)
    if (shipper === undefined) return
    this.#shippers.delete(keeper)
    this.#before = sum(this.#before, { ...shipper.state(), waiting: 0, problem: null })
    this.#ending = Promise.all([this.#ending, shipper.stop()])
  }
}

const ALONE: ShipperState['problem'] = {
  sinceMs: null,
  error: new CoterieError('logExportFailed', {
    where: 'any member',
    detail: 'no other member is alive to keep a copy',
  }),
}

const sum = (a: ShipperState, b: ShipperState): ShipperState => ({
  sent: a.sent + b.sent,
  dropped: a.dropped + b.dropped,
  failures: a.failures + b.failures,
  waiting: Math.max(a.waiting, b.waiting),
  problem: a.problem ?? b.problem,
})

/** A shipper for each member that keeps a copy. */
export const createMemberExport = (components: MemberExportComponents): Shipper => new TwoMembers(components)
