/** What the registers say of nodes and tasks, parsed and checked: a register is its node's own word, and untrusted. */
import { equals } from 'uint8arrays'
import { type Register, registerName } from '../../crdt/index.ts'
import type { Assignment, DecisionView, TaskId } from '../../protocols/decisions/index.ts'
import { type Condition, ConditionSchema, conditionRegister } from '../../protocols/profile/index.ts'
import { type HeldPorts, heldPortsCodec, heldPortsRegister } from '../../protocols/proxy/index.ts'
import {
  type NodeProfile,
  NodeProfileSchema,
  nodeRegister,
  taskRegister,
} from '../../protocols/spec/index.ts'
import { type TaskStatus, TaskStatusSchema } from '../../protocols/tasks/index.ts'
import { defineMessage, type NodeId } from '../../protocols/wire/index.ts'
import type { IntentChange } from '../intent/index.ts'
import type { RecordsChange } from '../scheduler/index.ts'

export const taskStatusCodec = defineMessage('task status', TaskStatusSchema)
export const conditionCodec = defineMessage('condition', ConditionSchema)
export const nodeProfileCodec = defineMessage('node profile', NodeProfileSchema)

/** Words of that many registers are half of what is kept parsed: of those that are asked for again, such as in a round of the scheduler. */
const PARSED_HALF = 512

/**
 * Parsed values of registers, kept as long as the register says the same and others are not asked for instead. In two halves: a
 * `Map` that entries come to and leave is made anew inside, again and again, and each of those leads to the next one, so that once V8 takes
 * one for old, all that was ever in the later ones stays until the old is collected too.
 */
const createParsed = <Value>(decode: (bytes: Uint8Array) => Value) => {
  let newer = new Map<string, { readonly bytes: Uint8Array; readonly value: Value | null }>()
  let older = newer
  const parse = (bytes: Uint8Array): Value | null => {
    try {
      return decode(bytes)
    } catch {
      // A word that this version cannot read counts as none.
      return null
    }
  }
  return (register: Register | null): Value | null => {
    if (register === null) return null
    const name = registerName(register)
    const present = newer.get(name)
    const known = present ?? older.get(name)
    const isSame = known !== undefined && equals(known.bytes, register.value)
    if (isSame && present !== undefined) return known.value
    const parsed = isSame ? known : { bytes: register.value, value: parse(register.value) }
    newer.set(name, parsed)
    if (newer.size === PARSED_HALF) {
      older = newer
      newer = new Map()
    }
    return parsed.value
  }
}

export interface Observed {
  profileOf(node: NodeId): NodeProfile | null
  /** How its machine is doing; null where it did not say. */
  conditionOf(node: NodeId): Condition | null
  /** Published ports that it cannot answer; null where it did not say. */
  heldPortsOf(node: NodeId): HeldPorts | null
  /** What the node of the assignment says of its task; null where it said nothing, or something of another one. */
  statusOf(assignment: Assignment): TaskStatus | null
  statusOfTask(task: TaskId): TaskStatus | null
}

export const createObserved = (
  registers: { register(node: NodeId, key: string): Register | null },
  decisions: DecisionView,
): Observed => {
  const profile = createParsed(nodeProfileCodec.decode)
  const condition = createParsed(conditionCodec.decode)
  const heldPorts = createParsed(heldPortsCodec.decode)
  const status = createParsed(taskStatusCodec.decode)
  const statusOf = ({ node, task, token }: Assignment): TaskStatus | null => {
    const told = status(registers.register(node, taskRegister(task)))
    return told !== null && told.task === task && told.token === token ? told : null
  }
  return {
    profileOf: (node) => profile(registers.register(node, nodeRegister(node))),
    conditionOf: (node) => condition(registers.register(node, conditionRegister(node))),
    heldPortsOf: (node) => heldPorts(registers.register(node, heldPortsRegister(node))),
    statusOf,
    statusOfTask: (task) => {
      const assignment = decisions.tasks.get(task)
      return assignment === undefined ? null : statusOf(assignment)
    },
  }
}

/** What the scheduler has to hear of a change of intent. */
export const recordsChange = ({ revisions, registers }: IntentChange): RecordsChange => {
  const keys = registers.map(({ key }) => key)
  const beginning = (prefix: string) => keys.filter((key) => key.startsWith(prefix))
  return {
    objects: revisions.map(({ object }) => object),
    tasks: beginning(taskRegister('')).map((key) => key.slice(taskRegister('').length)),
    nodes: beginning(nodeRegister('')).length + beginning(conditionRegister('')).length > 0,
  }
}

/** The status in a task's register; null in any other, and in one that cannot be read. */
export const taskStatusOf = (register: Register): TaskStatus | null => {
  if (!register.key.startsWith(taskRegister(''))) return null
  try {
    return taskStatusCodec.decode(register.value)
  } catch {
    return null
  }
}

/** The fencing token at the end of a task's id. */
const tokenOf = (task: TaskId): number => Number(task.slice(task.lastIndexOf('.') + 1))

/** Whether a register is surely never wanted again: its node was removed, or its task left the log. */
export const isForgotten = (decisions: DecisionView, node: NodeId, key: string): boolean => {
  if (decisions.removedNodes.has(node)) return true
  const [kind, task] = key.split('/') as [string, string | undefined]
  if (kind !== 'task' || task === undefined) return false
  return !decisions.tasks.has(task) && tokenOf(task) <= decisions.tokenAt(decisions.appliedIndex)
}
