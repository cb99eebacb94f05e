/** `deploy.placement` (Compose Deploy Specification). */
import {
  CONSTRAINTS_MAX,
  type Constraint,
  type PlacementRules,
  REPLICAS_MAX,
  SPREADS_MAX,
} from '../../../protocols/spec/index.ts'
import { nearestOf } from '../../near-name.ts'
import { type Read, readFields, SERVICE_KEYS, said } from '../schema/index.ts'
import { readList } from './lists.ts'
import { integer, readText } from './text.ts'

const LABELS = 'node.labels.'
const LABEL = /^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$/
const FACTS = [
  'node.id',
  'node.hostname',
  'node.role',
  'node.class',
  'node.platform.arch',
  'node.platform.os',
]
/** Swarm's words for what a node is: of ours, any may manage, and those that only vote work as well. */
const ROLES: Readonly<Record<string, string>> = { manager: 'full', worker: 'edge' }

const readConstraint: Read<Constraint | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const refuse = (detail: string): null => {
    notes.problem(value.place, where, detail)
    return null
  }
  const [, on = '', operator, wanted = ''] = /^\s*([^\s=!]+)\s*(==|!=)\s*(.*?)\s*$/.exec(text) ?? []
  if (operator === undefined || wanted === '')
    return refuse('what a node tells is expected, == or !=, and a value: node.labels.zone == a')
  const isLabel = on.startsWith(LABELS) && LABEL.test(on.slice(LABELS.length))
  if (!isLabel && !FACTS.includes(on)) {
    const near = nearestOf(on, FACTS)
    return refuse(
      `${on} is nothing that a node tells; ${near === null ? `${LABELS}NAME and ${FACTS.join(', ')} are` : `did you mean ${near}?`}`,
    )
  }
  return { on, equals: operator === '==', value: on === 'node.role' ? (ROLES[wanted] ?? wanted) : wanted }
}

const readPreference: Read<string | null> = (value, where, notes) => {
  const { get } = readFields(
    value,
    where,
    { schema: SERVICE_KEYS, path: 'deploy.placement.preferences[].' },
    notes,
  )
  const label = get('spread', readText)
  if (label?.startsWith(LABELS) && LABEL.test(label.slice(LABELS.length))) return label.slice(LABELS.length)
  notes.problem(value.place, where, `spread: ${LABELS}NAME is expected`)
  return null
}

const upTo =
  <Item>(most: number, read: Read<Item[] | null>): Read<Item[] | null> =>
  (value, where, notes) => {
    const items = read(value, where, notes)
    if (items !== null && items.length > most)
      notes.problem(value.place, where, `more than ${most} are listed`)
    return items
  }

export const readPlacement: Read<PlacementRules | null> = (value, where, notes) => {
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'deploy.placement.' }, notes)
  const rules = said({
    constraints: get('constraints', upTo(CONSTRAINTS_MAX, readList(readConstraint))),
    spread: get('preferences', upTo(SPREADS_MAX, readList(readPreference))),
    maxPerNode: get('max_replicas_per_node', integer(0, REPLICAS_MAX)) || undefined,
  })
  return rules ?? null
}
