import type { RehearsalOptions, Reign, Wait } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import type { Fact } from './facts.ts'
import type { PlaceWait } from './place-waits.ts'

/** What waited for what: slots for a place, nodes for images, services for a majority to accept them. In order of time. */
export const waitsOf = (
  { services, faults }: Pick<RehearsalOptions, 'services' | 'faults'>,
  { facts, waits }: { readonly facts: readonly Fact[]; readonly waits: readonly PlaceWait[] },
  leaders: readonly Reign[],
): Wait[] => {
  const objects = services.map(({ project, name }) => serviceKey(project, name))
  return [
    ...waits.map(({ reason, ...wait }): Wait => ({ ...wait, node: null, for: 'place', detail: reason })),
    ...waitsForImages(facts, faults),
    ...waitsForMajorities(facts, leaders, objects),
  ].sort((a, b) => a.fromMs - b.fromMs || (orderOf(a) < orderOf(b) ? -1 : 1))
}

const orderOf = ({ for: what, object, slot, node, detail }: Wait): string =>
  [what, object, String(slot ?? 0).padStart(6, '0'), node, detail].join(' ')

const waitsForImages = (facts: readonly Fact[], faults: RehearsalOptions['faults']): Wait[] => {
  const open = new Map<string, { readonly node: string; readonly image: string; readonly fromMs: number }>()
  const waits: Wait[] = []
  const close = (key: string, toMs: number | null): void => {
    const pull = open.get(key)
    open.delete(key)
    if (pull === undefined) return
    const { node, image, fromMs } = pull
    waits.push({ fromMs, toMs, object: null, slot: null, node, for: 'image', detail: image })
  }
  for (const fact of facts) {
    // A machine without power pulls nothing, and begins anew when it has it again.
    if (fact.type === 'faultBegan' && faults[fact.fault]?.kind === 'kill')
      for (const [key, { node }] of open) if (fact.nodes.includes(node)) close(key, fact.atMs)
    if (fact.type !== 'pulling' && fact.type !== 'pulled') continue
    const { node, image, atMs } = fact
    if (fact.type === 'pulled') close(`${node} ${image}`, atMs)
    else open.set(`${node} ${image}`, { node, image, fromMs: atMs })
  }
  for (const key of [...open.keys()]) close(key, null)
  return waits
}

const waitsForMajorities = (
  facts: readonly Fact[],
  leaders: readonly Reign[],
  objects: readonly string[],
): Wait[] => {
  const fromMs = facts.find(({ type }) => type === 'written')?.atMs
  if (fromMs === undefined) return []
  return objects.flatMap((object): Wait[] => {
    const toMs = facts.find((fact) => fact.type === 'accepted' && fact.object === object)?.atMs ?? null
    const hadNone = leaders.some(
      (reign) =>
        reign.node === null &&
        (toMs === null || reign.fromMs < toMs) &&
        (reign.toMs === null || reign.toMs > fromMs),
    )
    if (!hadNone) return []
    const detail = 'nobody led who could accept it'
    return [{ fromMs, toMs, object, slot: null, node: null, for: 'majority', detail }]
  })
}
