import type { NodeSummary } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, painted, roleOf, table } from '../output.ts'

/** How its machine is doing, in few words. */
const conditionText = ({ condition }: NodeSummary): string => {
  if (condition === null) return '-'
  const { load, onBattery, celsius, hot, metered } = condition
  const words = [
    `load ${load} %`,
    ...(celsius === null ? [] : [`${celsius} °C${hot ? ', at its limit' : ''}`]),
    ...(onBattery === true ? ['on battery'] : []),
    ...(metered ? ['metered'] : []),
  ]
  return words.join(', ')
}

/** How the node that answers reaches it. */
const pathTo = ({ self, connected, through }: NodeSummary): string => {
  if (self || !connected) return '-'
  return through === null ? 'direct' : `through ${through.name}`
}

const whereIs = ({ addresses, relays }: NodeSummary): string =>
  [...addresses, ...relays.map(({ name }) => `(through ${name})`)].join(' ') || '-'

export const nodeLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
The star marks the node that answers; PATH is how it reaches each: one behind NAT is reached through another member.
An edge node votes and leads only as a last resort. Work goes to machines that are neither on battery, nor at their thermal
limit, nor metered, where there are such.

Examples:
  coterie node ls
  coterie node ls --json | jq -r '.nodes[] | select(.state == "dead").name'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/nodes')
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine(answer))
        return
      }
      const rows = answer.nodes.map((node) => [
        node.self ? `${node.name}*` : node.name,
        painted(node.state, cli.stdout),
        roleOf(node),
        node.state === 'alive' ? conditionText(node) : '-',
        pathTo(node),
        whereIs(node),
        node.id,
      ])
      cli.stdout.write(table(['NAME', 'STATE', 'ROLE', 'CONDITION', 'PATH', 'ADDRESSES', 'ID'], rows))
    })
}
