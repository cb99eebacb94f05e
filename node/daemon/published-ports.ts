import type { PublishedPort, PublishedPorts } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { AnsweredPort, ProxyService } from '../proxy/index.ts'
import type { Observed } from './observed.ts'

export interface PublishedPortsComponents {
  readonly self: string
  readonly decisions: Pick<DecisionView, 'nodes'>
  readonly observed: Pick<Observed, 'heldPortsOf'>
  readonly proxy: Pick<ProxyService, 'ports'>
}

/** Every published port with the members that cannot answer it. */
export const publishedPorts = (components: PublishedPortsComponents): PublishedPorts => {
  const { self, decisions, observed, proxy } = components

  const problemOn = (node: string, { published, protocol, problem }: AnsweredPort): string | null => {
    if (node === self) return problem
    const { held } = observed.heldPortsOf(node) ?? { held: [] }
    return held.find((port) => port.published === published && port.protocol === protocol)?.problem ?? null
  }
  const heldOn = (port: AnsweredPort): PublishedPort['held'] =>
    [...decisions.nodes.values()].flatMap(({ node, name }) => {
      const problem = problemOn(node, port)
      return problem === null ? [] : [{ node, name, problem }]
    })

  const told = (port: AnsweredPort): PublishedPort => {
    const { published, protocol, object, by } = port
    return { port: published, protocol, object, by, held: by === null ? heldOn(port) : [] }
  }
  return { ports: proxy.ports().map(told) }
}
