/** What services wait for: each must be there, and none may wait for itself (Compose Specification, chapter 5, `depends_on`). */
import { nearestOf } from '../../near-name.ts'
import type { Entry, Mapping } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { entriesOf, mapEntries, textOf, valueAt } from '../tree.ts'
import type { Chosen } from './profiles.ts'

/** Names of a cycle that a message shows. */
const SHOWN_MAX = 12

/** The services without dependencies that need not be there and are not; the others are noted, and a cycle with its path. */
export const checkDependencies = ({ services, inactive }: Chosen, notes: Notes): Mapping => {
  const names = [...services.entries.keys()]
  const judge = (service: string, name: string, { keyPlace, value }: Entry): 'kept' | 'left out' => {
    if (services.entries.has(name)) return 'kept'
    if (textOf(valueAt(value, 'required')) === 'false') return 'left out'
    const where = `services.${service}.depends_on`
    const [profile] = inactive.get(name) ?? []
    const near = nearestOf(name, names)
    if (profile !== undefined)
      notes.problem(
        keyPlace,
        where,
        `${name} is of the profile ${profile}, which is not active`,
        'composeProfileInactive',
      )
    else
      notes.problem(
        keyPlace,
        where,
        `there is no service ${name}${near === null ? '' : `; did you mean ${near}?`}`,
      )
    return 'kept'
  }
  const kept = mapEntries(services, (service, name) =>
    service.kind !== 'mapping'
      ? service
      : mapEntries(service, (value, key) =>
          key === 'depends_on' && value.kind === 'mapping'
            ? mapEntries(value, (details, wanted, entry) =>
                judge(name, wanted, entry) === 'kept' ? details : undefined,
              )
            : value,
        ),
  )
  const cycle = cycleIn(new Map(names.map((name) => [name, [...dependenciesOf(kept, name).keys()]])))
  const [first = '', second = ''] = cycle ?? []
  const entry = dependenciesOf(kept, first).get(second)
  if (cycle !== null && entry !== undefined)
    notes.problem(
      entry.keyPlace,
      `services.${first}.depends_on`,
      `it waits for itself: ${written(cycle)}`,
      'composeCycle',
    )
  return kept
}

const dependenciesOf = (services: Mapping, name: string): ReadonlyMap<string, Entry> =>
  entriesOf(valueAt(services, name, 'depends_on'))

/** The first cycle that is met, its first name also being its last; null where there is none. */
export const cycleIn = (next: ReadonlyMap<string, readonly string[]>): readonly string[] | null => {
  const done = new Set<string>()
  for (const start of next.keys()) {
    // A walk of its own: a chain may be longer than calls may be nested.
    const trail: { readonly name: string; at: number }[] = [{ name: start, at: 0 }]
    const open = new Set([start])
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const name = done.has(top.name) ? undefined : next.get(top.name)?.[top.at++]
      if (name === undefined) {
        done.add(top.name)
        open.delete(top.name)
        trail.pop()
      } else if (open.has(name)) {
        const names = trail.map((step) => step.name)
        return [...names.slice(names.indexOf(name)), name]
      } else if (!done.has(name)) {
        trail.push({ name, at: 0 })
        open.add(name)
      }
    }
  }
  return null
}

const written = (cycle: readonly string[]): string =>
  cycle.length <= SHOWN_MAX
    ? cycle.join(' -> ')
    : [...cycle.slice(0, SHOWN_MAX - 2), `... ${cycle.length - SHOWN_MAX + 1} more ...`, cycle.at(-1)].join(
        ' -> ',
      )
