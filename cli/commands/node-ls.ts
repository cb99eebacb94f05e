import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, painted, roleOf, table } from '../output.ts'

export const nodeLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
The star marks the node that answers. An edge node votes and leads only as a last resort.

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
        node.addresses.join(' ') || '-',
        node.id,
      ])
      cli.stdout.write(table(['NAME', 'STATE', 'ROLE', 'ADDRESSES', 'ID'], rows))
    })
}
