/** What `coterie up` tells a person once the node is ready. */
import type { DaemonReady } from '../protocols/control/index.ts'
import { joinLine } from './describe-tokens.ts'

/** The line that brings the next machine in; null but on founding. */
export const nextMachine = ({ token }: DaemonReady): string | null =>
  token === null ? null : joinLine(token)

export const describeReady = (ready: DaemonReady): string => {
  const verb = { founded: 'founded', joined: 'joined', restarted: 'is back in' }[ready.how]
  const next = nextMachine(ready)
  return [
    `${ready.node.name} ${verb} the mesh ${ready.mesh.name}.`,
    `  node     ${ready.node.id}`,
    `  reached  ${ready.addresses.join(' ') || 'nowhere yet'}`,
    `  API      ${ready.apiUrl} ${ready.apiTokenFile === null ? 'for /health, /ready and /metrics alone: --api-token-file opens it' : `with the token in ${ready.apiTokenFile}`}`,
    ...(ready.gatewayPort === null ? [] : [`  gateway  http://127.0.0.1:${ready.gatewayPort}`]),
    ...(ready.metricsPort === null
      ? []
      : [`  metrics  port ${ready.metricsPort}, /metrics, without a token`]),
    ...ready.notes,
    ...(next === null
      ? []
      : [
          'On each of the next machines, type:',
          '',
          `  ${next}`,
          '',
          'That is good for 9 machines and 24 hours. For more of them: coterie token create',
        ]),
    '',
  ].join('\n')
}
