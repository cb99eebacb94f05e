import type { MemberStatus } from '../../../protocols/membership/index.ts'

/**
 * Something that anybody could have seen, in virtual milliseconds from the start; nodes are named. Facts come in the order in
 * which they happened. That the plug of a node was pulled says by itself that its containers ended.
 */
export type Fact = { readonly atMs: number } & (
  | {
      readonly type: 'faultBegan'
      /** Its place among the faults that were asked for. */
      readonly fault: number
      /** Whom it hits; empty where nobody led. */
      readonly nodes: readonly string[]
    }
  | { readonly type: 'faultEnded'; readonly fault: number }
  | { readonly type: 'led'; readonly node: string; readonly term: number }
  /** It leads no more, by its own word. */
  | { readonly type: 'followed'; readonly node: string }
  | { readonly type: 'voters'; readonly voters: readonly string[] }
  /** How `by` sees `node` from now on. */
  | { readonly type: 'member'; readonly by: string; readonly node: string; readonly state: MemberStatus }
  /** The services were deployed at this node. */
  | { readonly type: 'written'; readonly node: string }
  | { readonly type: 'accepted'; readonly object: string }
  | {
      readonly type: 'assigned'
      readonly task: string
      readonly object: string
      readonly slot: number
      readonly node: string
      readonly reason: string
    }
  | { readonly type: 'released'; readonly task: string; readonly reason: string }
  | { readonly type: 'pulling' | 'pulled'; readonly node: string; readonly image: string }
  | { readonly type: 'ran'; readonly task: string; readonly node: string }
  | {
      readonly type: 'ended'
      readonly task: string
      readonly node: string
      /** By itself, or because its node was told to stop it. */
      readonly how: 'exited' | 'stopped'
      readonly detail: string | null
    }
  /** What the leader's scheduler says of the slot from now on; null where it waits no more. */
  | { readonly type: 'waits'; readonly object: string; readonly slot: number; readonly reason: string | null }
)

export type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>

/** A fact without its time. */
export type Told = Fact extends infer Each ? (Each extends Fact ? Omit<Each, 'atMs'> : never) : never
