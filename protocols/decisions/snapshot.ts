/**
 * All that the log decided up to an index, as bytes: what a node starts from that does not have the log any more.
 *
 * Canonical: equal views give equal bytes, and `restoreDecisions` refuses any other order. Versioned by `format`.
 * Written as one CBOR map; lists rise by their key. A task is a row of numbers, `[object, slot, revision, node, token,
 * reason]`, of which all but slot and token are places in lists: what many tasks share is written once. Its id follows.
 */
import { CoterieError } from '../errors/index.ts'
import { FIRST_GENERATION, fencingToken } from '../generations/index.ts'
import { SUPPORTED } from '../versions/index.ts'
import { atOnce, eachInSlices, type Slices } from '../wire/index.ts'
import { HISTORY_LENGTH_MAX } from './heads.ts'
import { SLICE_ROWS } from './names.ts'
import { type AcceptedObject, NOTHING } from './revisions.ts'
import {
  type DecisionsSnapshot,
  NO_TOKENS,
  NOTHING_SINCE_2,
  type Since2,
  snapshotCodec,
  type WrittenSnapshot,
} from './snapshot-form.ts'
import { isTaskId, taskIdOf } from './task-id.ts'
import type { Assignment } from './tasks.ts'
import type { DecisionView } from './types.ts'
import { isUpdate } from './updates.ts'

export type { DecisionsSnapshot } from './snapshot-form.ts'

/** By code units, as every machine compares. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const sortedBy = <Item>(items: Iterable<Item>, key: (item: Item) => string): Item[] =>
  [...items].sort((a, b) => compare(key(a), key(b)))

/** The different ones of what the tasks name, in order, and where each stands. */
function* listOf(tasks: readonly Assignment[], named: (task: Assignment) => string) {
  const all = new Set<string>()
  yield* eachInSlices(tasks, SLICE_ROWS, (task) => all.add(named(task)))
  const list = [...all].sort()
  const places = new Map<string, number>()
  yield* eachInSlices(list, SLICE_ROWS, (item) => places.set(item, places.size))
  return { list, placeOf: (item: string) => places.get(item) as number }
}

/** Asserted, for the codec's types are not read-only; it changes nothing. */
const periodsOf = (view: DecisionView) =>
  sortedBy(view.periods.values(), ({ project }) => project) as NonNullable<Since2['periods']>

const issuersOf = (view: DecisionView) =>
  sortedBy(view.issuers, ([node]) => node).map(([node, certificate]) => ({ node, certificate }))
const accountsOf = (view: DecisionView): NonNullable<Since2['accounts']> => ({
  rows: sortedBy(view.accounts.values(), ({ account }) => account),
  removedAt: view.accountRemovedAt,
})

const since2Of = (view: DecisionView): Since2 => {
  const edges = [...view.edges].sort(compare)
  const removedEdges = edges.filter((node) => view.removedNodes.has(node))
  return {
    meshVersion: view.meshVersion,
    edges: edges.filter((node) => view.nodes.has(node)),
    ...(removedEdges.length === 0 ? {} : { removedEdges }),
    // Asserted, for the codec's types are not read-only; it changes nothing.
    updates: sortedBy(view.updates.values(), ({ object }) => object) as Since2['updates'],
    runs: sortedBy(view.runs.values(), ({ run }) => run),
    volumes: sortedBy(view.volumes.values(), ({ volume }) => volume),
    fires: sortedBy(view.fires.values(), ({ schedule }) => schedule),
    credentials: {
      asOfMs: view.credentialsAsOfMs,
      revocations: sortedBy(view.revocations.values(), ({ credential }) => credential),
    },
    generations: [...view.generations],
    ...(view.periods.size === 0 ? {} : { periods: periodsOf(view) }),
    ...(view.accounts.size === 0 && view.accountRemovedAt === 0 ? {} : { accounts: accountsOf(view) }),
  }
}

/** Asserted, for the codec's types are not read-only; it changes nothing. */
const tokensOf = ({ tokens, tokensAsOfMs: asOfMs }: DecisionView) =>
  (asOfMs === 0 ? {} : { tokens: { asOfMs, rows: sortedBy(tokens.values(), ({ token }) => token) } }) as Pick<
    WrittenSnapshot,
    'tokens'
  >

/** Whether a node of the first version can take over all that there is. */
const isNothing = ({
  meshVersion,
  edges,
  removedEdges = [],
  updates,
  runs,
  volumes,
  fires,
  credentials,
  generations,
  periods = [],
  accounts,
}: Since2): boolean =>
  meshVersion === NOTHING_SINCE_2.meshVersion &&
  accounts === undefined &&
  credentials.asOfMs === 0 &&
  [edges, removedEdges, updates, runs, volumes, fires, credentials.revocations, generations, periods].every(
    ({ length }) => length === 0,
  )

/** All that a snapshot tells of `view`, as it is now: what it holds is replaced, never changed. */
const copyOf = (view: DecisionView) => {
  const since2 = since2Of(view)
  // By code units, as every machine compares.
  const objects = [...view.objects.keys()].sort().map((key) => view.objects.get(key) as AcceptedObject)
  return {
    head: {
      ...(isNothing(since2) ? ({ format: 1 } as const) : ({ format: 2, since2 } as const)),
      appliedIndex: view.appliedIndex,
      mesh: view.mesh,
      // Asserted, for the codec's types are not read-only; it changes nothing.
      nodes: sortedBy(view.nodes.values(), ({ node }) => node).map(
        ({ role: _, ...row }) => row,
      ) as WrittenSnapshot['nodes'],
      removedNodes: [...view.removedNodes].sort(compare),
      ...(view.root === null ? {} : { trust: { root: view.root, issuers: issuersOf(view) } }),
      ...tokensOf(view),
      // Asserted, for the codec's types are not read-only; it changes nothing.
      objects: objects as WrittenSnapshot['objects'],
    },
    tasks: objects.map(({ object }) => [...view.tasksOf(object)]),
  }
}

/**
 * The bytes of `view` as it is at the first slice: of 100,000 tasks some MiB in a second, and the first slice, which copies
 * what there is, some hundredths of one.
 */
export function* snapshotInSlices(view: DecisionView): Slices<Uint8Array> {
  const { head, tasks } = copyOf(view)
  const all = tasks.flat()
  const revisions = yield* listOf(all, ({ revision }) => revision)
  const holders = yield* listOf(all, ({ node }) => node)
  const reasons = yield* listOf(all, ({ reason }) => reason)
  const rows: WrittenSnapshot['tasks'] = []
  yield* eachInSlices(tasks.entries(), SLICE_ROWS, ([place, ofObject]) => {
    for (const { slot, revision, node, token, reason } of ofObject.sort((a, b) => a.slot - b.slot)) {
      const [of, on, why] = [revisions.placeOf(revision), holders.placeOf(node), reasons.placeOf(reason)]
      rows.push([place, slot, of, on, token, why])
    }
  })
  const lists = { revisions: revisions.list, holders: holders.list, reasons: reasons.list }
  return yield* snapshotCodec.encodeInSlices({ ...head, ...lists, tasks: rows })
}

/** The same, at once. */
export const snapshotDecisions = (view: DecisionView): Uint8Array => atOnce(snapshotInSlices(view))

const rise = <Item>(items: readonly Item[], isLess: (a: Item, b: Item) => boolean): boolean =>
  items.every((item, at) => at === 0 || isLess(items[at - 1] as Item, item))

const isLess = (a: string, b: string): boolean => a < b

/** The same of a long list. */
function* rises<Item>(items: readonly Item[], isLess: (a: Item, b: Item) => boolean): Slices<boolean> {
  let isRising = true
  let before: Item | undefined
  yield* eachInSlices(items, SLICE_ROWS, (item) => {
    if (before !== undefined && !isLess(before, item)) isRising = false
    before = item
  })
  return isRising
}

type TaskRow = WrittenSnapshot['tasks'][number]

const isTaskLess = ([object, slot]: TaskRow, [nextObject, nextSlot]: TaskRow): boolean =>
  object < nextObject || (object === nextObject && slot < nextSlot)

/** In order of projects and of time, with nothing that was dropped and nothing that is still open; never an empty list. */
const arePeriods = (periods: NonNullable<Since2['periods']>): boolean =>
  periods.length > 0 &&
  rise(periods, (a, b) => a.project < b.project) &&
  periods.every(
    ({ closedThrough, droppedThrough = -1, archives }) =>
      rise(archives, (a, b) => a.period < b.period) &&
      archives.at(-1)?.period === closedThrough &&
      archives.every(({ period }) => period > droppedThrough),
  )

/** In order, each under a name of its own, of entries up to `lastToken`. */
const areAccounts = ({ rows, removedAt }: NonNullable<Since2['accounts']>, lastToken: number): boolean =>
  rise(rows, (a, b) => a.account < b.account) &&
  new Set(rows.map(({ name }) => name)).size === rows.length &&
  rows.every(({ addedAt, epoch }) => addedAt <= epoch && epoch <= lastToken) &&
  removedAt <= lastToken

/** What in `since2` cannot have come from a log of `appliedIndex`; null where it can. */
const faultSince2 = (
  { edges, updates, runs, volumes, fires, credentials, generations, periods, accounts }: Since2,
  appliedIndex: number,
  lastToken: number,
) => {
  const { revocations, asOfMs } = credentials
  const areOrdered =
    rise(updates, (a, b) => a.object < b.object) &&
    rise(runs, (a, b) => a.run < b.run) &&
    rise(volumes, (a, b) => a.volume < b.volume) &&
    rise(fires, (a, b) => a.schedule < b.schedule) &&
    rise(generations, (a, b) => a.number < b.number) &&
    rise(revocations, (a, b) => a.credential < b.credential) &&
    [edges, ...volumes.map(({ replicas }) => replicas)].every((list) => rise(list, isLess))
  if (!areOrdered) return 'a list is not in order'
  if (periods !== undefined && !arePeriods(periods)) return 'the periods of a project are not in order'
  if (accounts !== undefined && !areAccounts(accounts, lastToken)) return 'the accounts are not in order'
  if (!updates.every(isUpdate)) return 'an update is none'
  if (new Set(runs.map(({ index }) => index)).size < runs.length) return 'one entry settles two runs'
  if (volumes.some(({ primary, replicas }) => !replicas.includes(primary)))
    return 'a primary holds no replica'
  if (revocations.some(({ expiresAtMs }) => expiresAtMs <= asOfMs)) return 'a revocation has expired'
  return [...runs, ...fires].some(({ index }) => index > appliedIndex)
    ? 'something comes after the end'
    : null
}

/** What in `tokens` cannot have come from a log; null where it can. */
const faultInTokens = ({ asOfMs, rows }: NonNullable<WrittenSnapshot['tokens']>): string | null => {
  const areOrdered = rise(rows, (a, b) => a.token < b.token) && rows.every(({ nodes }) => rise(nodes, isLess))
  if (!areOrdered) return 'a list is not in order'
  if (asOfMs === 0 || rows.some(({ expiresAtMs }) => expiresAtMs <= asOfMs)) return 'a token has expired'
  return rows.some(({ nodes, usesMax }) => nodes.length > usesMax) ? 'a token admitted too many' : null
}

/** What cannot have come from a log; null where it can. */
function* faultIn(written: WrittenSnapshot): Slices<string | null> {
  const { format, appliedIndex, nodes, removedNodes, objects, tasks, since2, trust } = written
  if ((format === 1) !== (since2 === undefined)) return 'it is not of the format that it says'
  const areOrdered =
    rise(nodes, (a, b) => a.node < b.node) &&
    rise(trust?.issuers ?? [], (a, b) => a.node < b.node) &&
    [removedNodes, written.holders, written.reasons].every((list) => rise(list, isLess)) &&
    (yield* rises(objects, (a, b) => a.object < b.object)) &&
    (yield* rises(written.revisions, isLess)) &&
    (yield* rises(tasks, isTaskLess))
  if (!areOrdered) return 'a list is not in order'
  if (new Set(nodes.map(({ name }) => name)).size < nodes.length) return 'two nodes have one name'
  let areHeadsFirst = true
  yield* eachInSlices(objects, SLICE_ROWS, ({ head, history }) => {
    if (history[0] !== head || history.length > HISTORY_LENGTH_MAX) areHeadsFirst = false
  })
  if (!areHeadsFirst) return 'an object has another history than its head'
  const tokens = new Set<number>()
  let latest = 0
  yield* eachInSlices(tasks, SLICE_ROWS, ([, , , , token]) => {
    tokens.add(token)
    latest = Math.max(latest, token)
  })
  if (tokens.size < tasks.length) return 'two tasks have one token'
  const ends = nodes.some(({ admittedIndex }) => admittedIndex > appliedIndex)
  const lastToken = fencingToken(since2?.generations.at(-1)?.number ?? FIRST_GENERATION, appliedIndex)
  if (ends || latest > lastToken) return 'something comes after the end'
  const members = new Set(nodes.map(({ node }) => node))
  if (since2?.edges.some((node) => !members.has(node))) return 'an edge node is no member'
  const faultOfTokens = written.tokens === undefined ? null : faultInTokens(written.tokens)
  return faultOfTokens ?? (since2 === undefined ? null : faultSince2(since2, appliedIndex, lastToken))
}

const malformed = (detail: string) => new CoterieError('malformedMessage', { what: 'decisions', detail })

/** Asserted, for the codec's types are not read-only; nobody changes it. */
const sparing = <Item>(list: Item[]): Item[] => (list.length === 0 ? (NOTHING as never[]) : list)

type WrittenObject = WrittenSnapshot['objects'][number]

/** One text for the head, and no list for nothing. */
const smaller = ({ object, head, hlc, removed, ...row }: WrittenObject): WrittenObject => ({
  object,
  head,
  hlc: { wallMs: hlc.wallMs, counter: hlc.counter },
  removed,
  conflicts: sparing(row.conflicts),
  history: row.history.map((id) => (id === head ? head : id)),
  past: sparing(row.past),
  trimmed: sparing(row.trimmed),
})

/** The item at a place that somebody named. */
const at = <Item>(list: readonly Item[], place: number): Item => {
  const item = list[place]
  if (item === undefined) throw malformed(`a task names a place ${place} that is not there`)
  return item
}

/**
 * What `bytes` hold, from whoever they came. `formatMax`: of the reader, where it is an older version.
 * @throws `malformedMessage`, also for a format of a newer version
 */
export function* restoreInSlices(bytes: Uint8Array, formatMax = SUPPORTED.most): Slices<DecisionsSnapshot> {
  const written = yield* snapshotCodec.decodeInSlices(bytes, { objects: smaller })
  if (written.format > formatMax) throw malformed(`it is of format ${written.format}`)
  const fault = yield* faultIn(written)
  if (fault !== null) throw malformed(fault)
  const { since2 = NOTHING_SINCE_2, tokens = NO_TOKENS } = written
  const {
    appliedIndex,
    mesh,
    nodes,
    removedNodes,
    trust = null,
    objects,
    revisions,
    holders,
    reasons,
  } = written
  const tasks: Assignment[] = []
  yield* eachInSlices(written.tasks, SLICE_ROWS, ([place, slot, revision, node, token, reason]) => {
    const { object, history } = at(objects, place)
    const task = taskIdOf(object, slot, token)
    if (!isTaskId(task)) throw malformed('a task has no name')
    const [of, on, why] = [at(revisions, revision), at(holders, node), at(reasons, reason)]
    // Most run one of the last heads: one text for both.
    const held = history.find((id) => id === of) ?? of
    tasks.push({ task, object, revision: held, slot, node: on, token, reason: why })
  })
  // What was judged comes last: a field that `since2` does not know may be called as one of them.
  return {
    ...since2,
    appliedIndex,
    mesh,
    nodes,
    removedNodes,
    tokens,
    trust,
    objects,
    tasks,
  }
}

/** The same, at once. @throws `malformedMessage` */
export const restoreDecisions = (bytes: Uint8Array, formatMax = SUPPORTED.most): DecisionsSnapshot =>
  atOnce(restoreInSlices(bytes, formatMax))
