import type { Kind } from './kinds.ts'
import type { Machine, SettingSources, Settings } from './types.ts'

/** One row of the table. */
export interface Setting<Value> {
  /** With hyphens, as in `data-dir`; the flag is this after `--`. */
  readonly name: string
  readonly variable: string
  /** A second variable that means the same. */
  readonly otherVariable?: string
  readonly kind: Kind<Value>
  readonly summary: string
  /** What the default is, for help; computed defaults in words. */
  readonly defaultText: string
  fallback(machine: Machine, above: Settings, sources: SettingSources): Value
}
