/** What others say about tasks that ended, into a real intake over real documents. */
import * as Y from 'yjs'
import {
  archivePieceCodec,
  createTaskRecord,
  decodeArchive,
  encodeArchive,
  recordsCodec,
  recordsHintCodec,
  recordsListCodec,
  recordsRequestCodec,
  surveyAnswerCodec,
  type TaskRecord,
} from '../../../crdt/records/index.ts'
import { taskRecordContentCodec } from '../../../crdt/records/task-record.ts'
import type { Random } from '../../../node/ports/clock.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { RecordsDisk } from '../../../node/records/disk.ts'
import { Documents } from '../../../node/records/documents.ts'
import { Intake } from '../../../node/records/intake.ts'
import { answerRecords } from '../../../node/records/server.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { type DecisionView, taskIdOf } from '../../../protocols/decisions/index.ts'
import { FRAME_BYTES_MAX, GOSSIP_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { AUTHORS, type Author, NODE_PATTERN, NODES, OTHERS, SELF } from '../authors.ts'
import { assertRoundTrip, changedBytes, type FrameSource, frameFrom, sourceOf } from '../frames.ts'
import { createRefusals } from '../refusals.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, nothing, type Target } from '../target.ts'
import { type Tree, treeOf } from '../tree.ts'
import { changedRecord, type RecordForm } from './signed-records.ts'

const PEER = OTHERS[0]?.node as string
const DOCUMENT = { project: 'shop', period: 1_763_683_200_000 }
const OBJECTS = ['service/shop/web', 'service/shop/db', 'service/blog/app']
const TIMES = [DOCUMENT.period, DOCUMENT.period + 3_600_000, 0, Number.MAX_SAFE_INTEGER]

const contentOf = (author: Author, at: number) => {
  const [object, token] = [OBJECTS[at % 2] as string, 7 + at]
  return {
    ...{ task: taskIdOf(object, 0, token), object, slot: 0, token, revision: 'ab'.repeat(32) },
    ...{ node: author.node, attempts: 1, startedAtMs: DOCUMENT.period, endedAtMs: DOCUMENT.period + at },
    end: 'stopped' as const,
  }
}

const RECORDS: readonly TaskRecord[] = await Promise.all(
  Array.from({ length: 16 }, (_, at) => {
    const author = AUTHORS[at % AUTHORS.length] as Author
    return createTaskRecord(contentOf(author, at), author)
  }),
)

const UPDATES: readonly Uint8Array[] = RECORDS.map(({ id, bytes }, at) => {
  const document = new Y.Doc()
  document.clientID = 100 + at
  document.getMap(at % 8 === 7 ? 'others' : 'records').set(id, bytes)
  return Y.encodeStateAsUpdate(document)
})

const FORM: RecordForm = {
  kind: 'taskRecord',
  honest: RECORDS.map(({ bytes }) => bytes),
  bounds: boundsIn(taskRecordContentCodec.schema),
  content: (random, author) => {
    const words = new Map([[NODE_PATTERN, [author.node]]])
    const content = valueFor(random, taskRecordContentCodec.schema, words) as object
    const [object, token] = [pick(random, OBJECTS), pick(random, [1, 2, 3])]
    const place = { object, slot: 0, token, task: taskIdOf(object, 0, token) }
    return treeOf({ ...content, ...place, endedAtMs: pick(random, TIMES) })
  },
}

/** A node's records without its network: what is refused is known by what it logs. */
class Keeper {
  readonly documents = new Documents({ random: () => 0.5, hash: SELF.hash, onUpdate: () => {} })
  readonly disk: RecordsDisk
  readonly intake: Intake
  #writes = 0
  readonly #refusals = createRefusals()

  constructor() {
    const store: Pick<RecordStore, 'get' | 'write'> = {
      get: async (key) => (key.startsWith('archives/shop') ? new Uint8Array(100) : null),
      write: async (changes) => {
        this.#writes += changes.length
      },
    }
    this.disk = new RecordsDisk(store as RecordStore)
    const view = {
      objects: new Map(OBJECTS.map((object) => [object, {}])),
      nodes: new Map(NODES.map((node) => [node, {}])),
      removedNodes: new Set<string>(),
      periods: new Map(),
    }
    const subscribe = () => () => {}
    this.intake = new Intake({
      documents: this.documents,
      disk: this.disk,
      links: { isLinked: (project) => project === DOCUMENT.project },
      decisions: {
        view: view as unknown as DecisionView,
        onApplied: subscribe,
        onRestored: subscribe,
      },
      clock: createHandClock(DOCUMENT.period),
      logger: this.#refusals.logger,
      hash: SELF.hash,
      verify: SELF.verify,
      periodMs: 24 * 3_600_000,
      archivesKept: 30,
    })
    this.documents.open(DOCUMENT).add(RECORDS.slice(0, 4), 'disk')
  }

  take(ask: (intake: Intake) => Promise<void>): Promise<void> {
    return this.#refusals.during(() => ask(this.intake))
  }

  fingerprint(): string {
    const root = Buffer.from(this.documents.rootOf(['shop', 'blog'])).toString('hex')
    const held = this.documents.all().map(({ index, bytes }) => `${index.size} ${bytes()}`)
    return `${root} ${held.join()} ${this.#writes}`
  }
}

const CODES = ['signatureWrong', 'taskRecordInvalid', 'updateRefused'] as const

export const taskRecordTarget: Target = {
  name: 'task-record',
  codes: CODES,
  open: () => {
    const keeper = new Keeper()
    return {
      make: (random) => changedRecord(random, FORM),
      take: (frame) => keeper.take((intake) => intake.take(DOCUMENT, [frame], PEER)),
      fingerprint: () => keeper.fingerprint(),
    }
  },
}

const updateFrom = (random: Random): Uint8Array =>
  chance(random, 0.4)
    ? pick(random, UPDATES)
    : changedBytes(random, pick(random, UPDATES), () => pick(random, UPDATES))

const hintSource: FrameSource = {
  bounds: boundsIn(recordsHintCodec.schema),
  bytesMax: GOSSIP_BYTES_MAX,
  valid: (random): Tree => {
    const project = chance(random, 0.9) ? 'shop' : 'blog'
    const period = chance(random, 0.8) ? DOCUMENT.period : pick(random, TIMES)
    return treeOf({ project, period, update: updateFrom(random) })
  },
}

/** The same way as the service takes a hint. */
export const recordsHintTarget: Target = {
  name: 'records-hint',
  codes: [...CODES, 'malformedMessage'],
  open: () => {
    const keeper = new Keeper()
    return {
      make: (random) => frameFrom(random, hintSource),
      take: async (frame) => {
        const hint = recordsHintCodec.decode(frame)
        assertRoundTrip(recordsHintCodec, hint)
        const { update, ...id } = hint
        await keeper.take((intake) => intake.takeUpdate(id, update, PEER))
      },
      fingerprint: () => keeper.fingerprint(),
    }
  },
}

const ANSWERS = {
  survey: surveyAnswerCodec,
  list: recordsListCodec,
  fetch: recordsCodec,
  archive: archivePieceCodec,
} as const

/** A question is answered with what its asker can read, and changes nothing. */
export const recordsRequestTarget: Target = {
  name: 'records-request',
  codes: ['malformedMessage', 'archiveMissing'],
  open: () => {
    const keeper = new Keeper()
    const before = keeper.fingerprint()
    const words = new Map([['^[a-z0-9]([a-z0-9-]*[a-z0-9])?$', ['shop', 'blog']]])
    return {
      make: (random) => frameFrom(random, sourceOf(recordsRequestCodec.schema, words)),
      take: async (frame) => {
        const request = recordsRequestCodec.decode(frame)
        assertRoundTrip(recordsRequestCodec, request)
        const answer = await answerRecords(frame, keeper)
        if (answer.byteLength >= FRAME_BYTES_MAX) breach(`an answer of ${answer.byteLength} bytes`)
        ANSWERS[request.type].decode(answer)
        if (keeper.fingerprint() !== before) breach('a question changed the state')
      },
      fingerprint: nothing,
    }
  },
}

const ARCHIVE = encodeArchive(RECORDS.slice(0, 5).map(({ id, bytes }) => [id, bytes])).bytes

export const archiveTarget: Target = {
  name: 'archive',
  codes: [...CODES, 'malformedMessage'],
  open: () => ({
    make: (random) =>
      chance(random, 0.2)
        ? ARCHIVE
        : changedBytes(
            random,
            ARCHIVE,
            () =>
              encodeArchive(
                [pick(random, RECORDS), pick(random, RECORDS)].map(({ id, bytes }) => [id, bytes]),
              ).bytes,
          ),
    take: (frame) => {
      const records = decodeArchive(DOCUMENT, frame, SELF.hash)
      const again = encodeArchive(records.map(({ id, bytes }) => [id, bytes])).bytes
      if (Buffer.compare(again, frame) !== 0) breach('the same records make another archive')
    },
    fingerprint: nothing,
  }),
}
