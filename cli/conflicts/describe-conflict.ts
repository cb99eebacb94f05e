/** A conflict as a person reads it: one line, or both sides as a diff. */
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Conflict, ConflictDetail } from '../../protocols/control/index.ts'
import { specLeaves } from '../../protocols/spec/index.ts'
import { duration, plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { ID_LENGTH } from './find-conflict.ts'

type Side = Conflict['head']

const NOT_HERE = 'not arrived here yet'

const authorOf = ({ written }: Side): string =>
  written === null ? NOT_HERE : `${written.name} (${plain(written.via)})`

/** Clocks of other nodes may be ahead of this one's. */
const ageOf = ({ written }: Side): string =>
  written === null ? '-' : duration(Math.max(0, Date.now() - written.writtenAtMs))

/** What the one that lost would change, in a few words. */
const differenceOf = ({ head, lost, fields }: Conflict): string => {
  if (fields === null) return NOT_HERE
  if (lost.written?.action === 'remove')
    return head.written?.action === 'remove' ? 'nothing: both remove it' : 'removes it'
  if (head.written?.action === 'remove') return 'keeps it, and the head removes it'
  return describeFields(fields)
}

/** Changes of fields in a few words; null where they are not known. */
export const describeFields = (fields: Conflict['fields']): string => {
  if (fields === null) return '-'
  const [first, ...others] = fields
  if (first === undefined) return 'nothing'
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return plain(`${first.field} ${first.from ?? 'none'} -> ${first.to ?? 'none'}${more}`)
}

/** Characters of a difference in a table. */
const DIFFERENCE_LENGTH_MAX = 60

const shortened = (text: string): string =>
  text.length > DIFFERENCE_LENGTH_MAX ? `${text.slice(0, DIFFERENCE_LENGTH_MAX)}...` : text

export const describeConflicts = (conflicts: readonly Conflict[]): string =>
  conflicts.length === 0
    ? 'There are no conflicts.\n'
    : table(
        ['CONFLICT', 'SERVICE', 'WRITTEN BY', 'SINCE', 'HEAD', 'DIFFERENCE'],
        conflicts.map((conflict) => [
          conflict.lost.revision.slice(0, ID_LENGTH),
          labelOf(conflict.object),
          authorOf(conflict.lost),
          ageOf(conflict.lost),
          conflict.head.revision.slice(0, ID_LENGTH),
          shortened(differenceOf(conflict)),
        ]),
      )

/** Both sides, then every field: with `-` as the head has it, with `+` as the one that lost has it. */
export const describeConflict = (conflict: ConflictDetail, stream: Writable): string => {
  const { object, head, lost } = conflict
  const sides = table(
    [labelOf(object), 'REVISION', 'WRITTEN BY', 'SINCE', 'ACTION'],
    [sideRow('- head', head), sideRow('+ lost', lost)],
  )
  return `${sides}\n${diffOf(conflict, stream)}\n`
}

/** What to type next. */
export const describeChoice = ({ lost }: Pick<Conflict, 'lost'>): string => {
  const id = lost.revision.slice(0, ID_LENGTH)
  return `Keep the head: coterie conflicts accept ${id}\nPut the other back: coterie conflicts revert ${id}\n`
}

/** What to type next, after several. */
export const howToSettle = (conflicts: readonly Conflict[]): string =>
  conflicts
    .map((conflict) => `${labelOf(conflict.object)}: both edits are kept.\n${describeChoice(conflict)}`)
    .join('')

const sideRow = (name: string, side: Side): string[] => [
  name,
  side.revision.slice(0, ID_LENGTH),
  authorOf(side),
  ageOf(side),
  side.written?.action ?? '-',
]

const diffOf = ({ head, lost, fields }: ConflictDetail, stream: Writable): string => {
  if (fields === null) return `  One side has ${NOT_HERE}.\n`
  const [before, after] = [specLeaves(head.spec), specLeaves(lost.spec)]
  const removed = (field: string, value: string) =>
    styleText('red', `- ${field}: ${plain(value)}`, { stream })
  const added = (field: string, value: string) =>
    styleText('green', `+ ${field}: ${plain(value)}`, { stream })
  const lines = [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [from, to] = [before.get(field), after.get(field)]
    if (from !== undefined && from === to) return [`  ${field}: ${plain(from)}`]
    return [
      ...(from === undefined ? [] : [removed(field, from)]),
      ...(to === undefined ? [] : [added(field, to)]),
    ]
  })
  return lines.map((line) => `${line}\n`).join('')
}
