import type { DecisionView, ObjectKey } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { namesOf } from '../deployments/index.ts'
import type { ServiceResolver } from '../gateway/index.ts'
import type { Observed } from './observed.ts'

/** Between name and project in a host name. */
const SEPARATOR = '--'

interface ServiceSources {
  readonly self: NodeId
  readonly decisions: DecisionView
  specOf(revision: string): ServiceSpec | null
  readonly observed: Observed
  /** A dead node's last word may still be that its task runs. */
  isAlive(node: NodeId): boolean
}

const live = ({ objects }: DecisionView): ObjectKey[] =>
  [...objects.values()].filter(({ removed }) => !removed).map(({ object }) => object)

/** The label under which browsers open a service: its name, with its project where another one has that name too. */
export const labelOf = (decisions: DecisionView, project: string, name: string): string => {
  const alike = live(decisions).filter((object) => namesOf(object).name === name)
  return alike.length > 1 ? `${name}${SEPARATOR}${project}` : name
}

/** Services by the label that a browser asks for. */
export const createServiceResolver = ({
  self,
  decisions,
  specOf,
  observed,
  isAlive,
}: ServiceSources): ServiceResolver => {
  const objectOf = (label: string): ObjectKey => {
    const byName = live(decisions).filter((object) => namesOf(object).name === label)
    const byBoth = live(decisions).filter((object) => {
      const { name, project } = namesOf(object)
      return `${name}${SEPARATOR}${project}` === label
    })
    const [object] = byName.length === 1 ? byName : byBoth
    if (object === undefined) throw new CoterieError('gatewayServiceUnknown', { service: label })
    return object
  }

  const running = (label: string) => {
    const object = objectOf(label)
    return [...decisions.tasksOf(object)].flatMap((assignment) => {
      const status = isAlive(assignment.node) ? observed.statusOf(assignment) : null
      return status?.state === 'running' ? [{ assignment, status }] : []
    })
  }

  return {
    nodesOf: (label) => [...new Set(running(label).map(({ assignment }) => assignment.node))],
    openUpstream: async (label) => {
      for (const { assignment, status } of running(label)) {
        if (assignment.node !== self) continue
        const target = specOf(assignment.revision)?.ports.find(({ protocol }) => protocol === 'tcp')?.target
        const bound = status.ports.find((port) => port.protocol === 'tcp' && port.target === target)
        if (bound !== undefined)
          return { host: isWildcard(bound.host) ? '127.0.0.1' : bound.host, port: bound.port }
      }
      throw new CoterieError('serviceNotHere', { service: label, node: self })
    },
  }
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'
