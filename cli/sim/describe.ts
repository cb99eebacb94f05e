import type { Rehearsal } from '../../protocols/control/index.ts'
import { labelOf } from '../service-name.ts'
import { describeMesh, describeWaits, MODEL } from './describe-mesh.ts'
import { describePlayed } from './describe-played.ts'
import { describeService, serviceTable } from './describe-service.ts'

/** A rehearsal for a person: what was played, what became of each service, what waited, who led, what was left out. */
export const describeRehearsal = (rehearsal: Rehearsal): string => {
  const { played, services, waits } = rehearsal
  const projects = [...new Set(services.map(({ object }) => labelOf(object).split('/')[0] as string))]
  return [
    describePlayed(played, projects),
    serviceTable(services, played.forMs),
    ...services.map((service) => describeService(service, played.forMs)),
    describeWaits(waits),
    describeMesh(rehearsal),
    MODEL,
  ]
    .filter((part) => part !== '')
    .join('\n')
}
