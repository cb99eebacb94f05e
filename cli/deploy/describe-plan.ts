/** A plan as a person reads it: what would change, field by field, and where it would run. */
import type { Writable } from 'node:stream'
import type { Plan, PlannedChange, PlannedPlacement } from '../../protocols/control/index.ts'
import { painted, plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { describeImages } from './describe-images.ts'

/** Characters of a value that are shown; a certificate in a variable would fill the screen. */
const VALUE_LENGTH_MAX = 60

const SIGNS = { create: '+', update: '~', remove: '-', unchanged: '=' } as const

/** `stream` decides about colours. */
export const describePlan = (plan: Plan, stream: Writable): string => {
  const { changes } = plan
  const changed = changes.filter(({ action }) => action !== 'unchanged')
  const placements = placementsOfChanges(plan)
  return [
    ...changed.map((change) => describeChange(change, stream)),
    ...(placements.length === 0 ? [] : ['\n', describePlacements(placements, stream)]),
    describeImages(plan),
    `\n${summaryOf(changes)}\n`,
  ].join('')
}

/** What is left as it is stays where it is. */
export const placementsOfChanges = ({ changes, placements }: Plan): PlannedPlacement[] => {
  const unchanged = new Set(
    changes.filter(({ action }) => action === 'unchanged').map(({ object }) => object),
  )
  return placements.filter(({ object }) => !unchanged.has(object))
}

/** "1 to create, 2 to update, 1 unchanged". */
const summaryOf = (changes: readonly PlannedChange[]): string => {
  const count = (wanted: PlannedChange['action']) => changes.filter(({ action }) => action === wanted).length
  const parts = [
    [count('create'), 'to create'],
    [count('update'), 'to update'],
    [count('remove'), 'to remove'],
    [count('unchanged'), 'unchanged'],
  ] as const
  return parts
    .filter(([many]) => many > 0)
    .map(([many, what]) => `${many} ${what}`)
    .join(', ')
}

const describeChange = (change: PlannedChange, stream: Writable): string => {
  const { object, action, fields, rollout } = change
  const how = rollout === undefined ? '' : `  ${plain(rollout)}`
  const head = `${SIGNS[action]} ${labelOf(object)}  ${painted(action, stream)}${how}
${describeBeyond(change, stream)}`
  if (fields.length === 0) return head
  const rows = fields.map(({ field, from, to }) => [
    `    ${plain(field)}`,
    action === 'create' ? shown(to) : action === 'remove' ? shown(from) : `${shown(from)} -> ${shown(to)}`,
  ])
  const [first = [], ...others] = rows
  return head + table(first, others)
}

/** What a person should think about before it is deployed. */
const describeBeyond = ({ beyond = [] }: PlannedChange, stream: Writable): string =>
  beyond.length === 0
    ? ''
    : `    ${painted('warning', stream)}: it reaches beyond its containers: ${beyond.map(plain).join(', ')}\n`

const shown = (value: string | null): string => {
  if (value === null) return 'none'
  const text = plain(value)
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}...` : text
}

const describePlacements = (placements: readonly PlannedPlacement[], stream: Writable): string =>
  table(
    ['SERVICE', 'SLOT', 'NODE', 'WHY'],
    placements.map(({ object, slot, node, reason }) => [
      labelOf(object),
      String(slot),
      node ?? painted('nowhere', stream),
      plain(reason),
    ]),
  )
