import type { ObjectKey } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Publishing, routesOf } from '../../protocols/proxy/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { DeploymentComponents } from './types.ts'

/** Later than any that was accepted: whoever comes to publish a port stands back. */
const LAST = { wallMs: Number.POSITIVE_INFINITY, counter: 0 }

const keyOf = ({ project, name }: ServiceSpec): ObjectKey => serviceKey(project, name)

const nameOf = (object: ObjectKey): string => object.replace(/^service\//, '')

/**
 * No two services publish one port, nor one that this daemon listens at. `leaving`: services that are removed by the same change.
 * @throws `publishedPortTaken`, `publishedPortReserved`
 */
export const checkPorts = (
  { decisions: { view }, intent, ownPorts }: Pick<DeploymentComponents, 'decisions' | 'intent' | 'ownPorts'>,
  specs: readonly ServiceSpec[],
  leaving: ReadonlySet<ObjectKey>,
): void => {
  const changed = new Set(specs.map(keyOf))
  const others = [...view.objects.values()].flatMap(({ object, head, hlc, removed }): Publishing[] => {
    const spec = removed || changed.has(object) || leaving.has(object) ? null : intent.resolveSpec(head)
    return spec === null ? [] : [{ object, spec, hlc }]
  })
  const wanted = specs.map((spec) => ({ object: keyOf(spec), spec, hlc: LAST }))
  const clash = routesOf([...others, ...wanted]).clashes.find(({ object }) => changed.has(object))
  if (clash !== undefined) {
    const { object, by, published: port, protocol } = clash
    throw new CoterieError('publishedPortTaken', { port, protocol, service: nameOf(object), by: nameOf(by) })
  }
  const own = ownPorts()
  for (const { object, spec } of wanted)
    for (const { published, protocol } of spec.ports) {
      const used = own.find((port) => port.port === published && port.protocol === protocol)
      if (used === undefined) continue
      const { port, use } = used
      throw new CoterieError('publishedPortReserved', { port, protocol, service: nameOf(object), use })
    }
}
