/**
 * All that the log decided up to an index, as bytes: what a node starts from that does not have the log any more.
 *
 * Canonical: equal views give equal bytes, and `restoreDecisions` refuses any other order. Versioned by `format`.
 * Written as one CBOR map; lists rise by their key. A task is a row of numbers, `[object, slot, revision, node, token,
 * reason]`, of which all but slot and token are places in lists: what many tasks share is written once. Its id follows.
 */
import { type Static, Type } from 'typebox'
import { CoterieError } from '../errors/index.ts'
import { AddressesSchema, defineMessage, MEMBERS_MAX, NameSchema, NodeIdSchema } from '../wire/index.ts'
import { HISTORY_LENGTH_MAX } from './heads.ts'
import { isTaskId, taskIdOf } from './task-id.ts'
import {
  type AcceptedObject,
  type Assignment,
  type DecisionView,
  HlcSchema,
  MeshIdSchema,
  ObjectKeySchema,
  ReasonSchema,
  RevisionIdSchema,
  SlotSchema,
  WrittenSchema,
} from './types.ts'

const IndexSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** A place in a list. */
const PlaceSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const RevisionsSchema = Type.Array(RevisionIdSchema)

const SnapshotSchema = Type.Object({
  format: Type.Literal(1),
  appliedIndex: IndexSchema,
  mesh: Type.Union([
    Type.Object({ mesh: MeshIdSchema, name: NameSchema, foundedAtMs: Type.Integer() }),
    Type.Null(),
  ]),
  nodes: Type.Array(
    Type.Object({
      node: NodeIdSchema,
      name: NameSchema,
      addresses: AddressesSchema,
      admittedIndex: IndexSchema,
      draining: Type.Boolean(),
    }),
    { maxItems: MEMBERS_MAX },
  ),
  removedNodes: Type.Array(NodeIdSchema),
  objects: Type.Array(
    Type.Object({
      object: ObjectKeySchema,
      head: RevisionIdSchema,
      hlc: HlcSchema,
      removed: Type.Boolean(),
      conflicts: RevisionsSchema,
      history: RevisionsSchema,
      past: RevisionsSchema,
      trimmed: Type.Array(WrittenSchema),
    }),
  ),
  /** What tasks name, each once. */
  revisions: RevisionsSchema,
  holders: Type.Array(NodeIdSchema),
  reasons: Type.Array(ReasonSchema),
  tasks: Type.Array(
    Type.Tuple([PlaceSchema, SlotSchema, PlaceSchema, PlaceSchema, IndexSchema, PlaceSchema]),
  ),
})
type WrittenSnapshot = Static<typeof SnapshotSchema>

/** What a snapshot holds, as the state machine takes it. */
export interface DecisionsSnapshot
  extends Pick<WrittenSnapshot, 'appliedIndex' | 'mesh' | 'nodes' | 'removedNodes' | 'objects'> {
  readonly tasks: readonly Omit<Assignment, 'task'>[]
}

const snapshotCodec = defineMessage('decisions', SnapshotSchema)

/** By code units, as every machine compares. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const sortedBy = <Item>(items: Iterable<Item>, key: (item: Item) => string): Item[] =>
  [...items].sort((a, b) => compare(key(a), key(b)))

/** The different ones of `items`, in order, and where each stands. */
const listOf = (
  items: Iterable<string>,
): { readonly list: string[]; readonly placeOf: (item: string) => number } => {
  const list = [...new Set(items)].sort(compare)
  const places = new Map(list.map((item, place) => [item, place]))
  return { list, placeOf: (item) => places.get(item) as number }
}

/** The bytes of `view`: of 100,000 tasks, some MiB in a tenth of a second. */
export const snapshotDecisions = (view: DecisionView): Uint8Array => {
  const objects = sortedBy(view.objects.values(), ({ object }) => object)
  const all = [...view.tasks.values()]
  const revisions = listOf(all.map(({ revision }) => revision))
  const holders = listOf(all.map(({ node }) => node))
  const reasons = listOf(all.map(({ reason }) => reason))
  const rowsOf = ({ object }: AcceptedObject, place: number): WrittenSnapshot['tasks'] =>
    [...view.tasksOf(object)]
      .sort((a, b) => a.slot - b.slot)
      .map(({ slot, revision, node, token, reason }) => [
        place,
        slot,
        revisions.placeOf(revision),
        holders.placeOf(node),
        token,
        reasons.placeOf(reason),
      ])
  // Asserted, for the codec's types are not read-only; it changes nothing.
  return snapshotCodec.encode({
    format: 1,
    appliedIndex: view.appliedIndex,
    mesh: view.mesh,
    nodes: sortedBy(view.nodes.values(), ({ node }) => node) as WrittenSnapshot['nodes'],
    removedNodes: [...view.removedNodes].sort(compare),
    objects: objects as WrittenSnapshot['objects'],
    revisions: revisions.list,
    holders: holders.list,
    reasons: reasons.list,
    tasks: objects.flatMap(rowsOf),
  })
}

const rise = <Item>(items: readonly Item[], isLess: (a: Item, b: Item) => boolean): boolean =>
  items.every((item, at) => at === 0 || isLess(items[at - 1] as Item, item))

const isLess = (a: string, b: string): boolean => a < b

/** What cannot have come from a log; null where it can. */
const faultIn = (written: WrittenSnapshot): string | null => {
  const { appliedIndex, nodes, removedNodes, objects, tasks } = written
  const areOrdered =
    rise(nodes, (a, b) => a.node < b.node) &&
    rise(objects, (a, b) => a.object < b.object) &&
    [removedNodes, written.revisions, written.holders, written.reasons].every((list) => rise(list, isLess)) &&
    rise(
      tasks,
      ([object, slot], [nextObject, nextSlot]) =>
        object < nextObject || (object === nextObject && slot < nextSlot),
    )
  if (!areOrdered) return 'a list is not in order'
  if (new Set(nodes.map(({ name }) => name)).size < nodes.length) return 'two nodes have one name'
  if (objects.some(({ head, history }) => history[0] !== head || history.length > HISTORY_LENGTH_MAX))
    return 'an object has another history than its head'
  if (new Set(tasks.map(([, , , , token]) => token)).size < tasks.length) return 'two tasks have one token'
  const ends = nodes.some(({ admittedIndex }) => admittedIndex > appliedIndex)
  return ends || tasks.some(([, , , , token]) => token > appliedIndex)
    ? 'something comes after the end'
    : null
}

const malformed = (detail: string) => new CoterieError('malformedMessage', { what: 'decisions', detail })

/** The item at a place that somebody named. */
const at = <Item>(list: readonly Item[], place: number): Item => {
  const item = list[place]
  if (item === undefined) throw malformed(`a task names a place ${place} that is not there`)
  return item
}

/**
 * What `bytes` hold, from whoever they came.
 * @throws `malformedMessage`, also for a format of a newer version
 */
export const restoreDecisions = (bytes: Uint8Array): DecisionsSnapshot => {
  const written = snapshotCodec.decode(bytes)
  const fault = faultIn(written)
  if (fault !== null) throw malformed(fault)
  const { appliedIndex, mesh, nodes, removedNodes, objects, revisions, holders, reasons } = written
  const tasks = written.tasks.map(([object, slot, revision, node, token, reason]) => ({
    object: at(objects, object).object,
    slot,
    revision: at(revisions, revision),
    node: at(holders, node),
    token,
    reason: at(reasons, reason),
  }))
  if (!tasks.every(({ object, slot, token }) => isTaskId(taskIdOf(object, slot, token))))
    throw malformed('a task has no name')
  return { appliedIndex, mesh, nodes, removedNodes, objects, tasks }
}
