/** Finds the records of tasks that ended, in open documents and in archives. */
import type { Hash } from '../../crdt/index.ts'
import { PERIOD_MAX_MS, parseTaskRecord, type TaskRecord } from '../../crdt/records/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Documents } from './documents.ts'
import type { Links } from './links.ts'
import type { Settling } from './settling.ts'
import type { EndedQuery, EndedTasks, RecordsComponents } from './types.ts'

export interface ReaderComponents extends Pick<RecordsComponents, 'decisions'> {
  readonly documents: Documents
  readonly links: Pick<Links, 'projects' | 'isLinked' | 'check'>
  readonly settling: Pick<Settling, 'read'>
  readonly hash: Hash
}

export class Reader {
  readonly #components: ReaderComponents

  constructor(components: ReaderComponents) {
    this.#components = components
  }

  /** @throws `projectUnknown`, `projectNotLinked` */
  async ended({ project, sinceMs, limit }: EndedQuery): Promise<EndedTasks> {
    const { links } = this.#components
    if (project !== null) {
      links.check(project)
      if (!links.isLinked(project)) throw new CoterieError('projectNotLinked', { project })
    }
    const asked = project === null ? links.projects() : [project]
    const { linked = [], notLinked = [] } = Object.groupBy(asked, (each) =>
      links.isLinked(each) ? 'linked' : 'notLinked',
    )
    // By id: what came late by two ways stands in two periods.
    const found = new Map<string, TaskRecord>()
    let more = false
    for (const each of linked) more = (await this.#collect(each, sinceMs, limit, found)) || more
    const records = [...found.values()].sort((a, b) => b.endedAtMs - a.endedAtMs || (a.id < b.id ? -1 : 1))
    return { records: records.slice(0, limit), more: more || records.length > limit, notLinked }
  }

  /** The newest periods first, until there are enough; true where some were left unread. */
  async #collect(
    project: string,
    sinceMs: number,
    limit: number,
    found: Map<string, TaskRecord>,
  ): Promise<boolean> {
    const { documents, decisions, settling, hash } = this.#components
    let count = 0
    const take = (records: readonly TaskRecord[]) => {
      for (const record of records) {
        if (record.endedAtMs < sinceMs || found.has(record.id)) continue
        found.set(record.id, record)
        count++
      }
    }
    for (const document of documents.all(project))
      take(Array.from(document.entries(), ([, bytes]) => parseTaskRecord(bytes, hash)))
    const { archives = [] } = decisions.view.periods.get(project) ?? {}
    for (const { period, hash: named } of archives.toReversed()) {
      const id = { project, period }
      if (period + PERIOD_MAX_MS < sinceMs) return false
      if (count >= limit) return true
      if (documents.get(id) === null) take((await settling.read(id, named)) ?? [])
    }
    return false
  }
}
