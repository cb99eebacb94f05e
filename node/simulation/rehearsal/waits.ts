import type { RehearsalOptions, Reign, Wait } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import type { Fact } from './facts.ts'
import { withoutNumbers } from './steps.ts'

interface Open extends Omit<Wait, 'toMs'> {
  readonly key: string
}

/** What waited for what: slots for a place, nodes for images, services for a majority to accept them. In order of time. */
export const waitsOf = (
  { services, faults }: Pick<RehearsalOptions, 'services' | 'faults'>,
  facts: readonly Fact[],
  leaders: readonly Reign[],
): Wait[] => {
  const objects = services.map(({ project, name }) => serviceKey(project, name))
  return [
    ...waitsForPlaces(facts),
    ...waitsForImages(facts, faults),
    ...waitsForMajorities(facts, leaders, objects),
  ].sort((a, b) => a.fromMs - b.fromMs || (orderOf(a) < orderOf(b) ? -1 : 1))
}

const orderOf = ({ for: what, object, slot, node, detail }: Wait): string =>
  [what, object, String(slot ?? 0).padStart(6, '0'), node, detail].join(' ')

/** Keeps what is open by key; what is opened again ends first. */
const createOpen = () => {
  const open = new Map<string, Omit<Wait, 'toMs'>>()
  const ended: Wait[] = []
  const close = (key: string, toMs: number | null) => {
    const wait = open.get(key)
    open.delete(key)
    // What lasted no time was no waiting.
    if (wait !== undefined && wait.fromMs !== toMs) ended.push({ ...wait, toMs })
  }
  return {
    of: (key: string) => open.get(key),
    begin: ({ key, ...wait }: Open) => {
      close(key, wait.fromMs)
      open.set(key, wait)
    },
    close,
    closeWhere: (isMeant: (wait: Omit<Wait, 'toMs'>) => boolean, toMs: number) => {
      for (const [key, wait] of open) if (isMeant(wait)) close(key, toMs)
    },
    all: (): Wait[] => {
      for (const key of [...open.keys()]) close(key, null)
      return ended
    },
  }
}

const waitsForPlaces = (facts: readonly Fact[]): Wait[] => {
  const waits = createOpen()
  for (const fact of facts) {
    if (fact.type !== 'waits' && fact.type !== 'assigned') continue
    const { atMs, object, slot } = fact
    const key = `${object}#${slot}`
    if (fact.type === 'assigned' || fact.reason === null) {
      waits.close(key, atMs)
      continue
    }
    const present = waits.of(key)
    if (present !== undefined && withoutNumbers(present.detail) === withoutNumbers(fact.reason)) continue
    waits.begin({ key, fromMs: atMs, object, slot, node: null, for: 'place', detail: fact.reason })
  }
  return waits.all()
}

const waitsForImages = (facts: readonly Fact[], faults: RehearsalOptions['faults']): Wait[] => {
  const waits = createOpen()
  for (const fact of facts) {
    const { atMs } = fact
    // A machine without power pulls nothing, and begins anew when it has it again.
    if (fact.type === 'faultBegan' && faults[fact.fault]?.kind === 'kill')
      waits.closeWhere(({ node }) => node !== null && fact.nodes.includes(node), atMs)
    if (fact.type !== 'pulling' && fact.type !== 'pulled') continue
    const { node, image } = fact
    const key = `${node} ${image}`
    if (fact.type === 'pulled') waits.close(key, atMs)
    else waits.begin({ key, fromMs: atMs, object: null, slot: null, node, for: 'image', detail: image })
  }
  return waits.all()
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
