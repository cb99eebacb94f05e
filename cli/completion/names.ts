/** Names that only the daemon knows. */
import type { Client } from '../client.ts'
import { labelOf } from '../service-name.ts'

/** A person who types waits no longer; without an answer nothing is offered. */
export const ANSWER_MS_MAX = 700

type Kind = (client: Client, options: { readonly timeoutMs: number }) => Promise<readonly string[]>

const servicesOf: Kind = async (client, options) => {
  const { services } = await client.call('GET /v1/services', {}, options)
  const isClear = (name: string) => services.filter((each) => each.name === name).length === 1
  return services.flatMap((service) => [...(isClear(service.name) ? [service.name] : []), labelOf(service)])
}

/** By what the help calls an argument, as in `<service|task>`. */
export const NAMES: Readonly<Record<string, Kind>> = {
  service: servicesOf,
  'service=count...': async (client, options) =>
    (await servicesOf(client, options)).map((name) => `${name}=`),
  project: async (client, options) => {
    const { services } = await client.call('GET /v1/services', {}, options)
    return [...new Set(services.map(({ project }) => `${project}/`))]
  },
  task: async (client, options) =>
    (await client.call('GET /v1/tasks', {}, options)).tasks.map(({ task }) => task),
  node: async (client, options) =>
    (await client.call('GET /v1/nodes', {}, options)).nodes.map(({ name }) => name),
}
