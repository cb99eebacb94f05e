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
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import type { Documents } from './documents.ts'
import type { Intake } from './intake.ts'
import { REQUEST_TIMEOUT_MS } from './limits.ts'
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
  readonly logger: Logger
}

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
    const root = this.#components.documents.rootOf(projects)
    const answer = surveyAnswerCodec.decode(
      await this.#ask(peer, { type: 'survey', projects: [...projects], root }),
    )
    return answer.type === 'same' ? null : answer.documents
  }

  /** The packed archive and what it unpacks to, when the peer has it and it is the one. @throws what the request throws, `malformedMessage` */
  async archive(
    peer: NodeId,
    id: DocumentId,
    hash: string,
  ): Promise<{ readonly packed: Uint8Array; readonly bytes: Uint8Array } | null> {
    const parts: Uint8Array[] = []
    let offset = 0
    let total = 1
    while (offset < total) {
      const request = { type: 'archive', ...id, hash: fromString(hash, 'base16'), offset } as const
      const piece = archivePieceCodec.decode(await this.#ask(peer, request))
      parts.push(piece.bytes)
      offset += piece.bytes.byteLength
      total = piece.total
    }
    const packed = concat(parts)
    const bytes = await this.#components.packing.unpack(packed, ARCHIVE_BYTES_MAX).catch(() => null)
    const isIt = bytes !== null && archiveHash(bytes, this.#components.hash) === hash
    return isIt ? { packed, bytes } : null
  }

  /** Ends what is under way; nothing is pulled any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#turn
  }

  async #pull(peer: NodeId): Promise<void> {
    const { documents, links, intake } = this.#components
    const linked = links.linked()
    for (let from = 0; from < linked.length; from += SURVEY_PROJECTS_MAX) {
      const projects = linked.slice(from, from + SURVEY_PROJECTS_MAX)
      const theirs = (await this.survey(peer, projects)) ?? []
      for (const { root, ...id } of theirs) {
        if (projects.includes(id.project) && intake.isOpen(id) && !equals(root, documents.root(id)))
          await this.#pullDocument(peer, id)
      }
    }
  }

  async #pullDocument(peer: NodeId, id: DocumentId): Promise<void> {
    const { documents } = this.#components
    const digests = documents.get(id)?.index.digests() ?? NO_DIGESTS
    let after: Uint8Array | undefined
    for (let more = true; more; ) {
      const request = { type: 'list', ...id, digests, ...(after && { after }) } as const
      const page = recordsListCodec.decode(await this.#ask(peer, request))
      const missing = page.records.filter(
        (record) => documents.get(id)?.get(textOf(record, 'base16')) == null,
      )
      await this.#fetch(peer, id, missing)
      const last = page.records.at(-1)
      more = page.more && last !== undefined && (after === undefined || compare(last, after) > 0)
      after = last
    }
  }

  /** Page by page, as long as any of a page was taken: a full document takes none. */
  async #fetch(peer: NodeId, id: DocumentId, missing: readonly Uint8Array[]): Promise<void> {
    const { documents, intake } = this.#components
    const sizeOf = () => documents.get(id)?.index.size ?? 0
    for (let from = 0; from < missing.length; from += FETCHED_MAX) {
      const before = sizeOf()
      const request = { type: 'fetch', ...id, records: missing.slice(from, from + FETCHED_MAX) } as const
      await intake.take(id, recordsCodec.decode(await this.#ask(peer, request)), peer)
      if (sizeOf() === before) return
    }
  }

  #ask(peer: NodeId, request: RecordsRequest): Promise<Uint8Array> {
    return this.#components.requests.request(peer, PROTOCOLS.records, recordsRequestCodec.encode(request), {
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal: this.#stopped.signal,
    })
  }
}
