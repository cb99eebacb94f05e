/** Pulls from peers what this node lacks, one peer at a time. See docs/design/documents.md for the questions. */
import { compare, concat, equals, fromString, toString as textOf } from 'uint8arrays'
import { BUCKETS, type Hash } from '../../crdt/index.ts'
import {
  archiveHash,
  archivePieceCodec,
  type DocumentId,
  FETCHED_MAX,
  type RecordsRequest,
  recordsCodec,
  recordsListCodec,
  recordsRequestCodec,
  SURVEY_PROJECTS_MAX,
  surveyAnswerCodec,
} from '../../crdt/records/index.ts'
import { ARCHIVE_BYTES_MAX } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import type { Documents } from './documents.ts'
import type { Intake } from './intake.ts'
import { PULL_MAX_MS, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { Links } from './links.ts'
import type { Packing } from './types.ts'

/** Digests of a document that holds nothing. */
const NO_DIGESTS = new Uint8Array(BUCKETS * 16)

export interface PullerComponents {
  readonly requests: Requests
  readonly documents: Documents
  readonly links: Pick<Links, 'linked'>
  readonly intake: Pick<Intake, 'isOpen' | 'take'>
  readonly packing: Packing
  readonly hash: Hash
  readonly clock: Clock
  readonly logger: Logger
}

/** One question. @throws what the request throws */
type Ask = (request: RecordsRequest) => Promise<Uint8Array>

export class Puller {
  readonly #components: PullerComponents
  readonly #stopped = new AbortController()
  /** Peers that wait for their turn. */
  readonly #waiting = new Set<NodeId>()
  #turn: Promise<void> = Promise.resolve()

  constructor(components: PullerComponents) {
    this.#components = components
  }

  /** Pulls when it is this peer's turn; what waits for it already covers this one too. */
  pull(peer: NodeId): Promise<void> {
    if (this.#stopped.signal.aborted || this.#waiting.has(peer)) return this.#turn
    this.#waiting.add(peer)
    this.#turn = this.#turn.then(async () => {
      this.#waiting.delete(peer)
      try {
        await this.#pull(peer)
      } catch (error) {
        this.#components.logger.debug(
          { peer, error: (error as Error).message },
          'task records were not pulled',
        )
      }
    })
    return this.#turn
  }

  /** What the peer holds of that project, by period; null where that is the same as here. @throws what the request throws */
  async survey(
    peer: NodeId,
    projects: readonly string[],
  ): Promise<(DocumentId & { root: Uint8Array })[] | null> {
    return await this.#survey(this.#askUntil(peer), projects)
  }

  async #survey(
    ask: Ask,
    projects: readonly string[],
  ): Promise<(DocumentId & { root: Uint8Array })[] | null> {
    const root = this.#components.documents.rootOf(projects)
    const answer = surveyAnswerCodec.decode(await ask({ type: 'survey', projects: [...projects], root }))
    return answer.type === 'same' ? null : answer.documents
  }

  /** The archive, packed anew, and what it unpacks to, when the peer has it and it is the one. @throws what the request throws, `malformedMessage` */
  async archive(
    peer: NodeId,
    id: DocumentId,
    hash: string,
  ): Promise<{ readonly packed: Uint8Array; readonly bytes: Uint8Array } | null> {
    const { packing, hash: hashOf } = this.#components
    const ask = this.#askUntil(peer)
    const parts: Uint8Array[] = []
    let offset = 0
    let total = 1
    while (offset < total) {
      const request = { type: 'archive', ...id, hash: fromString(hash, 'base16'), offset } as const
      const piece = archivePieceCodec.decode(await ask(request))
      parts.push(piece.bytes)
      offset += piece.bytes.byteLength
      total = piece.total
    }
    const bytes = await packing.unpack(concat(parts), ARCHIVE_BYTES_MAX).catch(() => null)
    if (bytes === null || archiveHash(bytes, hashOf) !== hash) return null
    // What the peer packed may be as large as it liked, with anything behind its end.
    return { packed: await packing.pack(bytes), bytes }
  }

  /** Ends what is under way; nothing is pulled any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#turn
  }

  async #pull(peer: NodeId): Promise<void> {
    const { documents, links, intake } = this.#components
    const linked = links.linked()
    const ask = this.#askUntil(peer)
    for (let from = 0; from < linked.length; from += SURVEY_PROJECTS_MAX) {
      const projects = linked.slice(from, from + SURVEY_PROJECTS_MAX)
      const theirs = (await this.#survey(ask, projects)) ?? []
      for (const { root, ...id } of theirs) {
        if (projects.includes(id.project) && intake.isOpen(id) && !equals(root, documents.root(id)))
          await this.#pullDocument(peer, ask, id)
      }
    }
  }

  async #pullDocument(peer: NodeId, ask: Ask, id: DocumentId): Promise<void> {
    const { documents } = this.#components
    const digests = documents.get(id)?.index.digests() ?? NO_DIGESTS
    let after: Uint8Array | undefined
    for (let more = true; more; ) {
      const request = { type: 'list', ...id, digests, ...(after && { after }) } as const
      const page = recordsListCodec.decode(await ask(request))
      const missing = page.records.filter(
        (record) => documents.get(id)?.get(textOf(record, 'base16')) == null,
      )
      await this.#fetch(peer, ask, id, missing)
      const last = page.records.at(-1)
      more = page.more && last !== undefined && (after === undefined || compare(last, after) > 0)
      after = last
    }
  }

  /** Page by page, as long as any of a page was taken: a full document takes none. */
  async #fetch(peer: NodeId, ask: Ask, id: DocumentId, missing: readonly Uint8Array[]): Promise<void> {
    const { documents, intake } = this.#components
    const sizeOf = () => documents.get(id)?.index.size ?? 0
    for (let from = 0; from < missing.length; from += FETCHED_MAX) {
      const before = sizeOf()
      const request = { type: 'fetch', ...id, records: missing.slice(from, from + FETCHED_MAX) } as const
      await intake.take(id, recordsCodec.decode(await ask(request)), peer)
      if (sizeOf() === before) return
    }
  }

  /** Asks that peer for as long as it may take in all. */
  #askUntil(peer: NodeId): Ask {
    const { clock, requests } = this.#components
    const endsAtMs = clock.nowMs() + PULL_MAX_MS
    return async (request) => {
      const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, endsAtMs - clock.nowMs())
      if (timeoutMs <= 0)
        throw new CoterieError('requestTimedOut', {
          peer,
          protocol: PROTOCOLS.records,
          timeoutMs: PULL_MAX_MS,
        })
      return await requests.request(peer, PROTOCOLS.records, recordsRequestCodec.encode(request), {
        timeoutMs,
        signal: this.#stopped.signal,
      })
    }
  }
}
