import { type BucketIndex, createBucketIndex } from './bucket-index.ts'
import { type Register, registerName, succeeds } from './register.ts'
import type { Hash } from './signed.ts'

/** The registers that a node holds. Merging is commutative, associative and idempotent. */
export interface RegisterSet {
  readonly index: BucketIndex
  /** By `registerName`. */
  get(name: string): Register | null
  /** All whose keys begin with `prefix`. */
  entries(prefix: string): IterableIterator<Register>
  /** True when `register` would take a place here, so that only such a one need be verified. */
  wants(register: Register): boolean
  /** Takes over a verified register where it succeeds the present one; true when it did. */
  merge(register: Register): boolean
  /** Forgets one for good: the caller knows that it will not be wanted again. */
  forget(register: Register): void
}

export const createRegisterSet = (hash: Hash): RegisterSet => {
  const registers = new Map<string, Register>()
  const index = createBucketIndex()

  const wants = (register: Register): boolean => {
    const present = registers.get(registerName(register))
    return present === undefined || succeeds(register, present)
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
      registers.set(name, register)
      index.set(name, hash(register.bytes))
      return true
    },
    forget: (register) => {
      registers.delete(registerName(register))
      index.delete(registerName(register))
    },
  }
}
