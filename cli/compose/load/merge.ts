/** Two documents as one, the later one counting more: Compose Specification, chapter 13 (Merge and override). */
import type { Entry, List, Mapping, Value } from '../../yaml.ts'
import { isNull, textOf, valueAt } from '../tree.ts'
import { type MergeRule, ruleAt } from './merge-rules.ts'
import { kindOf, type Session } from './session.ts'

const RESET = '!reset'
const OVERRIDE = '!override'
/** Tags that say how to merge; they are gone from what is merged. */
export const MERGE_TAGS: readonly string[] = [RESET, OVERRIDE]

/**
 * `over` laid over `base`, of which both are in their long forms; `path` is where both stand. Entries of `over` that are
 * tagged `!reset` are taken out, those tagged `!override` replace. Null in `over` says nothing. Without tags it is
 * associative, but for lists in which something stands twice. Values of different kinds are noted as a problem.
 */
export const merge = (base: Mapping, over: Mapping, path: readonly string[], session: Session): Mapping => {
  const entries = new Map<string, Entry>(base.entries)
  session.spend(base.entries.size + over.entries.size, over.place)
  for (const [key, entry] of over.entries) {
    const known = entries.get(key)
    if (entry.value.tag === RESET) entries.delete(key)
    else if (known === undefined) entries.set(key, { ...entry, value: withoutTags(entry.value) })
    else {
      const value = mergeValues(known.value, entry.value, [...path, key], session)
      entries.set(key, value === known.value ? known : { ...entry, value })
    }
  }
  return { ...over, entries, tag: null }
}

const mergeValues = (base: Value, over: Value, path: readonly string[], session: Session): Value => {
  const rule = ruleAt(path)
  if (over.tag === OVERRIDE || rule.kind === 'replace') return withoutTags(over)
  if (isNull(over)) return base
  if (isNull(base)) return withoutTags(over)
  if (base.kind === 'mapping' && over.kind === 'mapping')
    return isOtherDriver(base, over, path) ? withoutTags(over) : merge(base, over, path, session)
  if (base.kind === 'list' && over.kind === 'list') return mergeLists(base, over, rule, session)
  if (base.kind === 'scalar' && over.kind === 'scalar') return withoutTags(over)
  const { file, line, column } = base.place
  const detail = `it is ${kindOf(over)} here and ${kindOf(base)} in ${file}:${line}:${column}; write both alike, or put !override before this one`
  session.notes.problem(over.place, path.join('.'), detail)
  return base
}

/** Options belong to their logging driver. */
const isOtherDriver = (base: Mapping, over: Mapping, path: readonly string[]): boolean => {
  const [one, other] = [base, over].map((logging) => textOf(valueAt(logging, 'driver')) ?? '')
  return path.length === 3 && path[2] === 'logging' && one !== other && one !== '' && other !== ''
}

/** An item with the key of one of `base` takes its place; what stands twice in one file goes on doing so. */
const mergeLists = (base: List, over: List, rule: MergeRule, session: Session): List => {
  session.spend(base.items.length + over.items.length, over.place)
  const items = [...base.items]
  const added = over.items.filter(({ tag }) => tag !== RESET).map(withoutTags)
  if (rule.kind !== 'keyed') return { ...over, items: [...items, ...added], tag: null }
  const places = new Map(base.items.map((item, at) => [rule.keyOf(item), at]))
  for (const item of added) {
    const key = rule.keyOf(item)
    const at = key === null ? undefined : places.get(key)
    if (at === undefined) items.push(item)
    else {
      items[at] = item
      places.delete(key)
    }
  }
  return { ...over, items, tag: null }
}

/** A value that nothing is below of: what it resets is not there. */
export const withoutTags = (value: Value): Value => {
  if (value.kind === 'scalar') return value.tag === null ? value : { ...value, tag: null }
  if (value.kind === 'list')
    return { ...value, tag: null, items: value.items.filter(({ tag }) => tag !== RESET).map(withoutTags) }
  const entries = [...value.entries].filter(([, entry]) => entry.value.tag !== RESET)
  return {
    ...value,
    tag: null,
    entries: new Map(entries.map(([key, entry]) => [key, { ...entry, value: withoutTags(entry.value) }])),
  }
}
