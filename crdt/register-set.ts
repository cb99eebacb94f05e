import type { NodeId } from '../protocols/wire/index.ts'
import { type BucketIndex, createBucketIndex } from './bucket-index.ts'
import { type Register, registerName, succeeds } from './register.ts'
import type { Hash } from './signed.ts'

/** Registers of one owner: one for each of 100,000 tasks, were they all its own, and for those before them that still leave. */
const REGISTERS_OF_NODE_MAX = 200_000

/** The registers that a node holds. Merging is commutative, associative and idempotent. */
export interface RegisterSet {
  readonly index: BucketIndex
  /** By `registerName`. */
  get(name: string): Register | null
  /** All whose keys begin with `prefix`. */
  entries(prefix: string): IterableIterator<Register>
  /** True when `register` would take a place here and its owner has room, so that only such a one need be verified. */
  wants(register: Register): boolean
  /** Takes over a verified register where it succeeds the present one; true when it did. */
  merge(register: Register): boolean
  /** Forgets one for good: the caller knows that it will not be wanted again. */
  forget(register: Register): void
}

export const createRegisterSet = (hash: Hash, ofNodeMax = REGISTERS_OF_NODE_MAX): RegisterSet => {
  const registers = new Map<string, Register>()
  const counts = new Map<NodeId, number>()
  const index = createBucketIndex()

  const count = (node: NodeId, by: 1 | -1) => {
    const after = (counts.get(node) ?? 0) + by
    if (after === 0) counts.delete(node)
    else counts.set(node, after)
  }
  const wants = (register: Register): boolean => {
    const present = registers.get(registerName(register))
    return present === undefined ? (counts.get(register.node) ?? 0) < ofNodeMax : succeeds(register, present)
  }
  return {
    index,
    wants,
    get: (name) => registers.get(name) ?? null,
    *entries(prefix) {
      for (const register of registers.values()) if (register.key.startsWith(prefix)) yield register
    },
    merge: (register) => {
      if (!wants(register)) return false
      const name = registerName(register)
      if (!registers.has(name)) count(register.node, 1)
      registers.set(name, register)
      index.set(name, hash(register.bytes))
      return true
    },
    forget: (register) => {
      if (registers.delete(registerName(register))) count(register.node, -1)
      index.delete(registerName(register))
    },
  }
}
