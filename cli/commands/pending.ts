import type { PendingRevision } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { duration, jsonLine, plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'

export const pending: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Changes that were written down while there was no majority to accept them. They are accepted by themselves when
one is back.

Examples:
  coterie pending
  coterie pending --json | jq '.pending | length'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/pending')
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine(answer))
        return
      }
      const { pending, refused } = answer
      cli.stdout.write(pending.length === 0 ? 'Nothing is pending.\n' : tableOf(pending))
      if (refused.length > 0) cli.stdout.write(`\n${REFUSED}\n${tableOf(refused)}`)
    })
}

const REFUSED =
  'Written on an edge node, and never accepted. The daemon of an edge node writes nothing: somebody tampers with that machine.'

const tableOf = (revisions: readonly PendingRevision[]): string =>
  table(
    ['SERVICE', 'ACTION', 'WRITTEN BY', 'SINCE', 'REVISION'],
    revisions.map(({ object, action, name, via, writtenAtMs, revision }) => [
      labelOf(object),
      action,
      `${name} (${plain(via)})`,
      duration(Math.max(0, Date.now() - writtenAtMs)),
      revision.slice(0, 12),
    ]),
  )
