import type { Scalar, Value } from '../../yaml.ts'
import { mapEntries, scalarOf } from '../tree.ts'
import { interpolate } from './interpolate.ts'
import { MERGE_TAGS } from './merge.ts'
import type { Session } from './session.ts'
import type { Variables } from './variables.ts'

/**
 * The values of a file with their variables replaced; keys are left alone, as the specification has it. What is
 * wrong is noted; a variable that is neither set nor has a default is warned of once.
 */
export const interpolateTree = (root: Value, variables: Variables, session: Session): Value => {
  const scalar = (value: Scalar, where: string): Scalar => {
    if (typeof value.data !== 'string' || !value.data.includes('$')) return value
    const { text, unset, flaw } = interpolate(value.data, variables.get)
    session.grow(text.length, value.place, where)
    if (flaw !== null) session.notes.problem(value.place, where, flaw.detail, flaw.code)
    else for (const name of unset) session.warnUnset(name, value.place, where)
    return { ...scalarOf(text, value.place), tag: value.tag }
  }
  const walk = (value: Value, where: string): Value => {
    if (value.tag !== null && !MERGE_TAGS.includes(value.tag))
      session.notes.warning(value.place, where, `the tag ${value.tag} is not known and was left out`)
    if (value.kind === 'scalar') return scalar(value, where)
    if (value.kind === 'list')
      return { ...value, items: value.items.map((item, at) => walk(item, `${where}[${at}]`)) }
    return mapEntries(value, (entry, key) => walk(entry, where === '' ? key : `${where}.${key}`))
  }
  return walk(root, '')
}
