/** What `coterie ps` says of published ports that are not answered everywhere. */
import type { PublishedPorts, Service } from '../../protocols/control/index.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'

/** A line each; none where all is well. */
export const describePorts = (services: readonly Service[], published: PublishedPorts): string =>
  services
    .flatMap((service) => notesOf(service, published))
    .map((line) => `${plain(line)}\n`)
    .join('')

const notesOf = (service: Service, { ports }: PublishedPorts): string[] =>
  ports
    .filter(({ object }) => object === service.object)
    .flatMap(({ port, protocol, by, held }) => {
      const name = `The port ${port}/${protocol} of ${labelOf(service)}`
      if (by !== null)
        return [`${name} is answered nowhere: ${by.replace(/^service\//, '')} published it before`]
      return held.map((node) => `${name} is not answered on ${node.name}: ${node.problem}`)
    })
