import { MEMBERS_MAX } from '../wire/index.ts'
import { freeName } from './free-name.ts'
import { moveHead } from './heads.ts'
import type { DecisionsSnapshot } from './snapshot.ts'
import { isTaskId, taskIdOf } from './task-id.ts'
import { createTaskTable } from './task-table.ts'
import { trimRevisions } from './trimming.ts'
import type {
  AcceptedObject,
  AdmittedNode,
  Decision,
  DecisionView,
  ObjectKey,
  Outcome,
  TaskId,
} from './types.ts'

type DecisionOf<Kind extends Decision['type']> = Extract<Decision, { type: Kind }>

const ACCEPTED: Outcome = { ok: true }
const refuse = (reason: string): Outcome => ({ ok: false, reason })

const slotOf = (object: ObjectKey, slot: number): string => `${object}#${slot}`

/**
 * The state machine behind the log. The view changes in place, one entry at a time and in order: copying a
 * hundred thousand tasks for each entry would cost more than the consensus itself. It reads neither clock nor
 * randomness, so every node that applied the same entries holds the same view.
 */
export const createDecisions = (): {
  readonly view: DecisionView
  /** Applies what stands at `index`; indexes only rise. */
  apply(index: number, decision: Decision): Outcome
  /** Passes over an entry that holds no decision. */
  skip(index: number): void
  /** Puts what another log amounts to in place of all that was applied; the view stays the same object. */
  restore(snapshot: DecisionsSnapshot): void
} => {
  const nodes = new Map<string, AdmittedNode>()
  const removedNodes = new Set<string>()
  const objects = new Map<ObjectKey, AcceptedObject>()
  const tasks = createTaskTable()
  /** `<object>#<slot>` -> the task that holds it. */
  const slots = new Map<string, TaskId>()
  let mesh: DecisionView['mesh'] = null
  let appliedIndex = 0

  const found = (decision: DecisionOf<'meshFounded'>): Outcome => {
    if (mesh !== null) return refuse(`the mesh ${mesh.name} is founded already`)
    mesh = { mesh: decision.mesh, name: decision.name, foundedAtMs: decision.atMs }
    return ACCEPTED
  }

  const admit = (decision: DecisionOf<'nodeAdmitted'>, index: number): Outcome => {
    const { node, addresses } = decision
    if (removedNodes.has(node)) return refuse(`node ${node} was removed, and an identity never returns`)
    const known = nodes.get(node)
    if (known === undefined && nodes.size >= MEMBERS_MAX)
      return refuse(`the mesh has ${MEMBERS_MAX} members, and takes no more`)
    // Here and not where it is proposed: two members that admit at the same time do not see each other's names.
    const name = freeName(decision.name, node, nodes)
    const { admittedIndex = index, draining = false } = known ?? {}
    nodes.set(node, { node, name, addresses, admittedIndex, draining })
    return ACCEPTED
  }

  const drain = ({ node, draining }: DecisionOf<'nodeDrained'>): Outcome => {
    const known = nodes.get(node)
    if (known === undefined) return refuse(`there is no node ${node}`)
    nodes.set(node, { ...known, draining })
    return ACCEPTED
  }

  const remove = ({ node }: DecisionOf<'nodeRemoved'>): Outcome => {
    if (!nodes.delete(node)) return removedNodes.has(node) ? ACCEPTED : refuse(`there is no node ${node}`)
    removedNodes.add(node)
    return ACCEPTED
  }

  const accept = (decision: DecisionOf<'revisionAccepted'>): Outcome => {
    const { outcome, object } = moveHead(objects.get(decision.object), decision)
    if (object !== undefined) objects.set(decision.object, object)
    return outcome
  }

  const trim = (decision: DecisionOf<'revisionsTrimmed'>): Outcome => {
    const inUse = new Set(Array.from(tasks.of(decision.object), ({ revision }) => revision))
    const { outcome, object } = trimRevisions(objects.get(decision.object), decision, inUse)
    if (object !== undefined) objects.set(decision.object, object)
    return outcome
  }

  const assign = (decision: DecisionOf<'taskAssigned'>, index: number): Outcome => {
    const { object, revision, slot, node, replaces, reason } = decision
    const target = objects.get(object)
    if (target === undefined || target.removed) return refuse(`${object} does not exist any more`)
    if (!target.history.includes(revision))
      return refuse(`revision ${revision.slice(0, 12)} was not accepted`)
    if (!nodes.has(node)) return refuse(`node ${node} is not a member`)
    const task = taskIdOf(object, slot, index)
    if (!isTaskId(task)) return refuse(`tasks of ${object} could not be named`)
    const place = slotOf(object, slot)
    const holder = slots.get(place) ?? null
    if (holder !== replaces) {
      return refuse(
        `slot ${slot} of ${object} is held by ${holder ?? 'nobody'}, not by ${replaces ?? 'nobody'}`,
      )
    }
    if (holder !== null) tasks.remove(holder)
    tasks.add({ task, object, revision, slot, node, token: index, reason })
    slots.set(place, task)
    return ACCEPTED
  }

  const release = ({ task }: DecisionOf<'taskReleased'>): Outcome => {
    const released = tasks.remove(task)
    if (released !== undefined) slots.delete(slotOf(released.object, released.slot))
    return ACCEPTED
  }

  const restore = (snapshot: DecisionsSnapshot): void => {
    for (const table of [nodes, removedNodes, objects, tasks, slots]) table.clear()
    mesh = snapshot.mesh
    appliedIndex = snapshot.appliedIndex
    for (const node of snapshot.nodes) nodes.set(node.node, node)
    for (const node of snapshot.removedNodes) removedNodes.add(node)
    for (const object of snapshot.objects) objects.set(object.object, object)
    for (const row of snapshot.tasks) {
      const task = taskIdOf(row.object, row.slot, row.token)
      tasks.add({ task, ...row })
      slots.set(slotOf(row.object, row.slot), task)
    }
  }

  const applyKind = (index: number, decision: Decision): Outcome => {
    switch (decision.type) {
      case 'meshFounded':
        return found(decision)
      case 'nodeAdmitted':
        return admit(decision, index)
      case 'nodeDrained':
        return drain(decision)
      case 'nodeRemoved':
        return remove(decision)
      case 'revisionAccepted':
        return accept(decision)
      case 'revisionsTrimmed':
        return trim(decision)
      case 'taskAssigned':
        return assign(decision, index)
      case 'taskReleased':
        return release(decision)
    }
  }

  return {
    view: {
      nodes,
      removedNodes,
      objects,
      tasks: tasks.all,
      tasksOn: tasks.on,
      tasksOf: tasks.of,
      get mesh() {
        return mesh
      },
      get appliedIndex() {
        return appliedIndex
      },
    },
    apply: (index, decision) => {
      const outcome = applyKind(index, decision)
      appliedIndex = index
      return outcome
    },
    skip: (index) => {
      appliedIndex = index
    },
    restore,
  }
}
