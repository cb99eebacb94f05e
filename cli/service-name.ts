/** What people call services: `web` where that is clear, or `shop/web`. */
import type { Service } from '../protocols/control/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'

type Named = Pick<Service, 'project' | 'name'>

/** `shop/web`, of a service or of an object's key. */
export const labelOf = (named: Named | string): string =>
  typeof named === 'string' ? named.slice(named.indexOf('/') + 1) : `${named.project}/${named.name}`

/** The one service of that name. @throws `serviceUnknown`, `serviceAmbiguous` */
export const findService = <Known extends Named>(services: readonly Known[], given: string): Known => {
  const found = services.filter((service) => service.name === given || labelOf(service) === given)
  return onlyOne(found, given, nearNames(services, given))
}

/** The services of a project, or the one service of that name; `shop/` is always a project. @throws as `findService` */
export const findServices = <Known extends Named>(services: readonly Known[], given: string): Known[] => {
  const project = services.filter((service) => service.project === given.replace(/\/$/, ''))
  if (given.endsWith('/') || project.length === 0)
    return project.length > 0 ? project : [findService(services, given)]
  const named = services.filter((service) => service.name === given)
  if (named.length === 0) return project
  const candidates = [...named.map(labelOf), `${given}/`]
  throw new CoterieError('serviceAmbiguous', { service: given, candidates })
}

const onlyOne = <Known extends Named>(
  found: readonly Known[],
  given: string,
  near: readonly string[],
): Known => {
  const [first, ...others] = found
  if (first === undefined) throw new CoterieError('serviceUnknown', { service: given, near })
  if (others.length > 0)
    throw new CoterieError('serviceAmbiguous', { service: given, candidates: found.map(labelOf) })
  return first
}

/** Names at most so many letters away are told. */
const NEAR_STEPS_MAX = 2

const nearNames = (services: readonly Named[], given: string): string[] => {
  const steps = (service: Named) =>
    Math.min(stepsBetween(given, service.name), stepsBetween(given, labelOf(service)))
  const allowed = Math.min(NEAR_STEPS_MAX, given.length - 1)
  return services.filter((service) => steps(service) <= allowed).map(labelOf)
}

/** Letters to insert, drop or change that turn `a` into `b` (Levenshtein, 1966). */
const stepsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const above = row
    row = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const changed = (above[j] as number) + (b[j] === letter ? 0 : 1)
      row.push(Math.min(changed, (above[j + 1] as number) + 1, (row[j] as number) + 1))
    }
  }
  return row.at(-1) as number
}
