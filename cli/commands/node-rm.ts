import type { Revocations } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { findNode } from '../node-name.ts'
import { jsonLine, plain, table } from '../output.ts'

/** The voters change first, which may take an election. */
const REVOKE_MS_MAX = 60_000

interface RmOptions {
  readonly revoke?: boolean
  readonly reason?: string
  readonly yes?: boolean
}

export const nodeRm: CommandModule = (command, cli) => {
  command
    .argument('<node>', 'a node, by its name or its id')
    .option('--revoke', 'shut it out at once and for ever, whether or not it answers')
    .option('--reason <text>', 'why, for those who read coterie node revocations')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
For a machine that was lost or stolen: every machine that hears of it cuts it off within seconds, also without a majority where this
machine has the root's key or issues certificates. Its tasks go elsewhere, what it signed counts no more, and its identity never
returns; the machine itself may join again as a new node. One that is at hand leaves by itself: coterie leave, there.

Examples:
  coterie node rm laptop --revoke --reason "left on the train"
  coterie node rm laptop --revoke -y`,
    )
    .action(async (given: string, { revoke = false, reason, yes = false }: RmOptions) => {
      if (!revoke)
        throw new CoterieError('usageWrong', {
          detail: `give --revoke to shut ${given} out for ever; a machine that is at hand leaves with coterie leave, there`,
        })
      const client = clientOf(command, cli)
      const { nodes } = await client.call('GET /v1/nodes')
      const { id, name } = findNode(nodes, given)
      await confirm(command, cli, { what: `shut ${name} out of the mesh for ever`, yes })
      const answer = await client.call(
        'POST /v1/nodes/:node/revoke',
        { params: { node: id }, body: reason === undefined ? {} : { reason } },
        { timeoutMs: REVOKE_MS_MAX },
      )
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      if (answer.state === 'pending') throw new CoterieError('revocationPending', { name: answer.name })
      if (!wantsJson(command)) cli.stdout.write(`${answer.name} is shut out, and no member any more.\n`)
    })
}

const rowOf = ({ name, state, atMs, by, reason, id }: Revocations['revocations'][number]): string[] => [
  name,
  state,
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')}Z`,
  by === null ? "the root's key" : (by.name ?? by.id),
  reason === '' ? '-' : plain(reason),
  id,
]

export const nodeRevocations: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
done: it is no member any more. pending: it is cut off, and the removal waits for a majority. void: it does not count, for who signed
was revoked itself, or may not revoke that machine.

Example:
  coterie node revocations`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/revocations')
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      else if (answer.revocations.length === 0) cli.stdout.write('No machine was revoked.\n')
      else
        cli.stdout.write(table(['NAME', 'STATE', 'AT', 'BY', 'REASON', 'ID'], answer.revocations.map(rowOf)))
    })
}
