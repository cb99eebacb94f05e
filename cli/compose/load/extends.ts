/** Services that extend others: Compose Specification, chapter 5, `extends`. */
import { nearestOf } from '../../near-name.ts'
import type { Mapping, Value } from '../../yaml.ts'
import { entriesOf, mapEntries, textOf, valueAt, withoutEntry } from '../tree.ts'
import { merge } from './merge.ts'
import { type OpenFile, openFile } from './open-file.ts'
import { COMPOSE_BYTES_MAX, type Reference, type Session } from './session.ts'
import type { Variables } from './variables.ts'

/** Services between one and the last that it extends: people write two. */
const STEPS_MAX = 32

/** The file with every service laid over the one that it extends, and that over its own. */
export const applyExtends = (file: OpenFile, variables: Variables, session: Session): Mapping => {
  const opened = new Map([[file.path, file]])

  const fileOf = (from: OpenFile, path: string, by: Reference): OpenFile | null => {
    const resolved = session.resolve(from.base, path)
    const known = opened.get(resolved)
    if (known !== undefined) return known
    const text = session.readNamed(resolved, COMPOSE_BYTES_MAX, by, true)
    if (text === null) return null
    const found = openFile(text, resolved, session.folderOf(resolved), variables, session)
    if (found !== null) opened.set(resolved, found)
    return found
  }

  /** `trail` names the services on the way here. */
  const resolve = (service: Value, name: string, at: OpenFile, trail: readonly string[]): Value => {
    if (service.kind !== 'mapping') return service
    const extending = valueAt(service, 'extends')
    if (extending === undefined) return service
    const where = `services.${name}.extends`
    const own = withoutEntry(service, 'extends')
    const refuse = (detail: string, code?: 'composeCycle' | 'composeTooLarge') => {
      session.notes.problem(extending.place, where, detail, code)
      return own
    }
    const wanted = textOf(valueAt(extending, 'service'))
    if (wanted === null) return refuse('the name of a service is expected, or service: with file:')
    const path = valueAt(extending, 'file')
    const text = textOf(path)
    if (path !== undefined && text === null) return refuse('file: is no path')
    const from = text === null ? at : fileOf(at, text, { place: path?.place ?? extending.place, where })
    if (from === null) return own
    const services = entriesOf(valueAt(from.root, 'services'))
    const base = services.get(wanted)?.value
    if (base === undefined) {
      const near = nearestOf(wanted, [...services.keys()])
      return refuse(
        `there is no service ${wanted} in ${from.path}${near === null ? '' : `; did you mean ${near}?`}`,
      )
    }
    const steps = [...trail, `${wanted} in ${from.path}`]
    if (trail.includes(steps.at(-1) as string))
      return refuse(
        `it extends itself: ${steps.slice(steps.indexOf(steps.at(-1) as string)).join(' -> ')}`,
        'composeCycle',
      )
    if (steps.length > STEPS_MAX)
      return refuse(`it extends more than ${STEPS_MAX} services in a row`, 'composeTooLarge')
    const whole = resolve(base, wanted, from, steps)
    return whole.kind === 'mapping'
      ? { ...merge(whole, own, ['services', name], session), tag: service.tag }
      : own
  }

  return mapEntries(file.root, (services, key) =>
    key === 'services' && services.kind === 'mapping'
      ? mapEntries(services, (service, name) => resolve(service, name, file, [`${name} in ${file.path}`]))
      : services,
  )
}
