/** What `coterie up` tells a person once the node is ready. */
import type { DaemonReady } from '../protocols/control/index.ts'

/** The line that brings the next machine in; null where this daemon does not know the secret. */
export const nextMachine = ({ secret, addresses }: DaemonReady): string | null => {
  if (secret === null) return null
  const [address] = addresses
  return `COTERIE_TOKEN=${secret} coterie up${address === undefined ? '' : ` --at ${address}`}`
}

export const describeReady = (ready: DaemonReady): string => {
  const verb = { founded: 'founded', joined: 'joined', restarted: 'is back in' }[ready.how]
  const next = nextMachine(ready)
  return [
    `${ready.node.name} ${verb} the mesh ${ready.mesh.name}.`,
    `  node     ${ready.node.id}`,
    `  reached  ${ready.addresses.join(' ') || 'nowhere yet'}`,
    `  API      http://127.0.0.1:${ready.apiPort} with the token in ${ready.apiTokenFile}`,
    ...(ready.gatewayPort === null ? [] : [`  gateway  http://127.0.0.1:${ready.gatewayPort}`]),
    ...(ready.metricsPort === null
      ? []
      : [`  metrics  port ${ready.metricsPort}, /metrics, without a token`]),
    ...ready.notes,
    ...(next === null ? [] : ['On the next machine, type:', '', `  ${next}`, '']),
    '',
  ].join('\n')
}
