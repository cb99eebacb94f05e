/** A deployment desk over a log in memory that commits when the test says so. */
import {
  acceptanceOf,
  createRevision,
  pendingRevisions,
  type Revision,
  refusedRevisions,
} from '../../../crdt/index.ts'
import { createDeploymentDesk, type DeploymentComponents } from '../../../node/deployments/index.ts'
import { type Assignment, createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import type { MemberStatus } from '../../../protocols/membership/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { newAuthor } from '../../crdt/authors.ts'
import { createHandClock } from '../../support/hand-clock.ts'

export const PROJECT = 'shop'

export const createDesk = (more: Partial<DeploymentComponents> = {}) => {
  const [author, other] = [newAuthor(), newAuthor()]
  const { view, apply } = createDecisions()
  const revisions = new Map<string, Revision>()
  const listeners = new Set<() => void>()
  const statuses = new Map<string, TaskStatus>()
  const health = new Map<string, MemberStatus>()
  const catalogue = {
    get: (id: string) => revisions.get(id) ?? null,
    revisions: () => revisions.values(),
  }
  const clock = createHandClock()
  let wallMs = 1_000
  const commit = (decision: Decision): void => {
    apply(view.appliedIndex + 1, decision)
    for (const listener of listeners) listener()
  }
  const desk = createDeploymentDesk({
    self: author.node,
    policy: 'default',
    decisions: {
      view,
      onBatch: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      decide: async (decision) => {
        commit(decision)
        return view.appliedIndex
      },
    },
    intent: {
      write: async (revision) => {
        wallMs++
        const content = { ...revision, parents: [...revision.parents], author: author.node }
        const written = await createRevision({ ...content, hlc: { wallMs, counter: 0 } }, author)
        revisions.set(written.id, written)
        return written
      },
      revision: catalogue.get,
      resolveSpec: (id) => {
        const body = revisions.get(id)?.body
        return body?.type === 'spec' ? body.spec : null
      },
      pending: (objects) => pendingRevisions(catalogue, objects),
      refused: (objects) => refusedRevisions(catalogue, objects),
    },
    observed: { statusOf: ({ task }: Assignment) => statuses.get(task) ?? null },
    healthOf: (node) => health.get(node) ?? 'alive',
    planPlacements: () => [],
    judgeNodes: () => [],
    ownPorts: () => [],
    waiting: () => [],
    urlOf: (project, name) => `http://${name}.${project}`,
    readLogs: async function* () {},
    clock,
    ...more,
  })
  return {
    desk,
    view,
    statuses,
    health,
    commit,
    clock,
    node: author.node,
    /** All that waits, oldest first. */
    pending: () => pendingRevisions(catalogue, view),
    /** Accepts these; all that wait when none are named. */
    accept: (...these: Revision[]) => {
      for (const revision of these.length > 0 ? these : pendingRevisions(catalogue, view))
        commit(acceptanceOf(revision))
    },
    /** What another node wrote arrives. */
    writeElsewhere: async (content: Omit<Revision, 'id' | 'bytes' | 'author'>) => {
      const { object, parents, hlc, via, body } = content
      const written = await createRevision({ object, parents, hlc, via, body, author: other.node }, other)
      revisions.set(written.id, written)
      return written
    },
    /** The bytes of a revision did not arrive. */
    lose: (id: string) => void revisions.delete(id),
    /** Asks for changes, and waits until they are written. */
    ask: async (request: { specs?: ServiceSpec[]; ifHead?: string | null; remove?: string[] }) => {
      const ended = new AbortController()
      const before = revisions.size
      const { specs = [], remove = [] } = request
      const insisting = 'ifHead' in request ? { ifHead: request.ifHead as string | null } : {}
      const applied = desk.apply(
        {
          project: PROJECT,
          changes: specs.map((spec) => ({ spec, ...insisting })),
          remove: remove.map((name) => ({ name, ...insisting })),
        },
        { signal: ended.signal },
      )
      applied.catch(() => {})
      while (revisions.size < before + specs.length + remove.length && !(await isOver(applied)));
      return { applied, giveUp: () => ended.abort() }
    },
  }
}

const isOver = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ])
