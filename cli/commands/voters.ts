import type { Voters } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, painted, roleOf, table } from '../output.ts'

export const voters: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Examples:
  coterie voters
  coterie voters --json | jq .quorum`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/voters')
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine(answer))
        return
      }
      const rows = answer.voters.map(({ name, state, kind, leader, edge, id }) => [
        name,
        painted(state, cli.stdout),
        roleOf({ role: leader ? 'leader' : kind, edge }),
        id,
      ])
      cli.stdout.write(table(['NAME', 'STATE', 'ROLE', 'ID'], rows))
      cli.stdout.write(summary(answer))
    })
}

const summary = ({ quorum, majority, term }: Voters): string =>
  quorum
    ? `A majority of ${majority} is there; term ${term}.\n`
    : `The majority of ${majority} is missing: what runs goes on running, but for exclusive work, and nothing new is decided.
Start the machines that are dead; where they are lost for good, see coterie quorum recover --help.\n`
