import type { LinkFacts } from '../../../protocols/doctor/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

export interface Member {
  readonly node: NodeId
  readonly name: string
}

/** What one member found out of its connection to another. */
export interface Link {
  readonly from: Member
  readonly to: Member
  readonly facts: LinkFacts
}

/** Whether it told relays, because not everybody can dial it. */
export const isBehind = ({ relays }: LinkFacts): boolean => relays.length > 0

/** Names of one line; of a large mesh, more than a person reads. */
const NAMES_MAX = 6

/** `cellar`, `cellar and shed`, `cellar, shed and 4 more`. */
export const namesOf = (names: readonly string[]): string => {
  const shown = names.length > NAMES_MAX ? names.slice(0, NAMES_MAX - 1) : names
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** The least and the most of some times. */
export const rangeOf = (times: readonly number[], tell: (ms: number) => string): string => {
  const [least, most] = [tell(Math.min(...times)), tell(Math.max(...times))]
  return least === most ? least : `${least} to ${most}`
}
