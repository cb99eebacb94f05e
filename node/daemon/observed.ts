/** What the registers say of nodes and tasks, parsed and checked: a register is its node's own word, and untrusted. */
import type { Register } from '../../crdt/index.ts'
import type { Assignment, DecisionView, TaskId } from '../../protocols/decisions/index.ts'
import {
  type NodeProfile,
  NodeProfileSchema,
  nodeRegister,
  taskRegister,
} from '../../protocols/spec/index.ts'
import { type TaskStatus, TaskStatusSchema } from '../../protocols/tasks/index.ts'
import { defineMessage, type NodeId } from '../../protocols/wire/index.ts'

export const taskStatusCodec = defineMessage('task status', TaskStatusSchema)
export const nodeProfileCodec = defineMessage('node profile', NodeProfileSchema)

/** Parsed values of registers, kept as long as the register stays the same. */
const createParsed = <Value>(decode: (bytes: Uint8Array) => Value) => {
  const parsed = new WeakMap<Register, Value | null>()
  return (register: Register | null): Value | null => {
    if (register === null) return null
    const known = parsed.get(register)
    if (known !== undefined) return known
    let value: Value | null = null
    try {
      value = decode(register.value)
    } catch {
      // A word that this version cannot read counts as none.
    }
    parsed.set(register, value)
    return value
  }
}

export interface Observed {
  profileOf(node: NodeId): NodeProfile | null
  /** What the node of the assignment says of its task; null where it said nothing, or something of another one. */
  statusOf(assignment: Assignment): TaskStatus | null
  statusOfTask(task: TaskId): TaskStatus | null
}

export const createObserved = (
  registers: { register(node: NodeId, key: string): Register | null },
  decisions: DecisionView,
): Observed => {
  const profile = createParsed(nodeProfileCodec.decode)
  const status = createParsed(taskStatusCodec.decode)
  const statusOf = ({ node, task, token }: Assignment): TaskStatus | null => {
    const told = status(registers.register(node, taskRegister(task)))
    return told !== null && told.task === task && told.token === token ? told : null
  }
  return {
    profileOf: (node) => profile(registers.register(node, nodeRegister(node))),
    statusOf,
    statusOfTask: (task) => {
      const assignment = decisions.tasks.get(task)
      return assignment === undefined ? null : statusOf(assignment)
    },
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
