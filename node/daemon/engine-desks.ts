/** What people ask of engines, whatever node has them. */
import type { RegistryGiven, RegistryLoginRequest, RegistryTaken } from '../../protocols/control/index.ts'
import { createExecs } from '../exec/index.ts'
import { createPinning } from '../images/index.ts'
import type { ContainerEngine, UsageMeter } from '../ports/engine.ts'
import type { Registries } from '../registries/index.ts'
import { createUsage } from '../usage/index.ts'
import type { Ground } from './ground.ts'
import type { Planes } from './planes.ts'
import type { Work } from './work.ts'

export const openExecs = (
  { network, logger }: Ground,
  { decisions: { view } }: Planes,
  work: Work,
  engine: ContainerEngine,
) =>
  createExecs({
    logger: logger.child({ part: 'exec' }),
    self: network.connections.self,
    streams: network.streams,
    engine,
    nodeOf: (task) => view.tasks.get(task)?.node ?? null,
    isContained: (task) => {
      const status = work.agent.statuses().get(task)
      return status === undefined || !('runtime' in status) || status.runtime === 'docker'
    },
  })

/** What the tasks of the mesh use, by the names of their nodes. */
export const openUsage = (
  { network }: Ground,
  { decisions: { view }, isAlive }: Planes,
  meters: readonly UsageMeter[],
) => {
  const { self } = network.connections
  const nameOf = (node: string) => view.nodes.get(node)?.name ?? 'unnamed'
  const usage = createUsage({
    self,
    requests: network.requests,
    meters,
    nodes: () =>
      [...view.nodes.keys()].filter((node) => view.taskCountOn(node) > 0 && (node === self || isAlive(node))),
  })
  return {
    look: async () => {
      const { tasks, silent } = await usage.look()
      return {
        tasks: tasks.flatMap((used) => {
          const node = view.tasks.get(used.task)?.node
          return node === undefined ? [] : [{ ...used, node, name: nameOf(node) }]
        }),
        silent: silent.map((id) => ({ id, name: nameOf(id) })),
      }
    },
  }
}

/** Digests of images, from this node's engine or another one's. */
export const openPinning = (
  { network, clock }: Ground,
  { decisions: { view }, isAlive }: Planes,
  { observed }: Work,
  engine: ContainerEngine,
) => {
  const { self } = network.connections
  const hasEngine = (node: string) => observed.profileOf(node)?.runtimes.includes('docker') ?? false
  return createPinning({
    engine,
    requests: network.requests,
    engines: () => [...view.nodes.keys()].filter((node) => node !== self && isAlive(node) && hasEngine(node)),
    clock,
  })
}

/** Logins for registries, told by the names of nodes. */
export const openRegistryDesk = (registries: Registries, { decisions: { view } }: Planes) => {
  const named = ({ told, away }: { readonly told: readonly string[]; readonly away: readonly string[] }) => {
    const nameOf = (node: string) => view.nodes.get(node)?.name ?? 'unnamed'
    return { told: told.map(nameOf), away: away.map(nameOf) }
  }
  return {
    login: async ({ registry, ...login }: RegistryLoginRequest): Promise<RegistryGiven> => {
      const { checked, ...spread } = await registries.login(registry, login)
      return { registry, checked, ...named(spread) }
    },
    logout: async (registry: string): Promise<RegistryTaken> => ({
      registry,
      ...named(await registries.logout(registry)),
    }),
    list: () => ({ registries: [...registries.list()] }),
  }
}
