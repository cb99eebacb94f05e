import type { Command } from 'commander'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { describeChoice, describeConflict, describeConflicts } from '../conflicts/describe-conflict.ts'
import { findConflict } from '../conflicts/find-conflict.ts'
import { acceptanceError } from '../deploy/deploy.ts'
import { jsonLine } from '../output.ts'
import { labelOf } from '../service-name.ts'

const ID = 'the conflict as coterie conflicts ls shows it, or a clear beginning of it'

export const conflictsLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Where two people edited a service at the same time, the later edit counts and the other one is kept here until
somebody settles it.

Examples:
  coterie conflicts ls
  coterie conflicts ls --json | jq -r '.conflicts[].lost.revision'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/conflicts')
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeConflicts(answer.conflicts))
    })
}

export const conflictsShow: CommandModule = (command, cli) => {
  command
    .argument('<id>', ID)
    .addHelpText(
      'after',
      `
Examples:
  coterie conflicts show 3f2a90c1
  coterie conflicts show 3f2a90c1 --json | jq .lost.spec`,
    )
    .action(async (id: string) => {
      const client = clientOf(command, cli)
      const params = { revision: await findConflict(client, id) }
      const answer = await client.call('GET /v1/conflicts/:revision', { params })
      const text = () => describeConflict(answer, cli.stdout) + describeChoice(answer)
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : text())
    })
}

interface SettleOptions {
  readonly yes?: boolean
  readonly ifRevision?: boolean
}

interface Settling {
  readonly route: 'POST /v1/conflicts/:revision/accept' | 'POST /v1/conflicts/:revision/revert'
  /** Whether it insists on the head that the person saw, also without being told to. */
  readonly insists: boolean
  /** What it does, after "whether to". */
  readonly what: (label: string) => string
  readonly done: (label: string) => string
}

/** Shows the conflict, asks, and writes down how it is settled. */
const settle = async (command: Command, cli: Cli, id: string, { route, insists, what, done }: Settling) => {
  const { yes = false, ifRevision = false } = command.opts<SettleOptions>()
  const client = clientOf(command, cli)
  const params = { revision: await findConflict(client, id) }
  const conflict = await client.call('GET /v1/conflicts/:revision', { params })
  const label = labelOf(conflict.object)
  if (!yes && !wantsJson(command)) cli.stdout.write(describeConflict(conflict, cli.stdout))
  await confirm(command, cli, { what: what(label), yes })
  const body = { via: 'cli' as const, ...(ifRevision || insists ? { ifHead: conflict.head.revision } : {}) }
  const answer = await client.call(route, { params, body })
  if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
  const error = acceptanceError(answer)
  if (error !== null) throw error
  if (!wantsJson(command)) cli.stdout.write(`${done(label)}\n`)
}

export const conflictsAccept: CommandModule = (command, cli) => {
  command
    .argument('<id>', ID)
    .option('-y, --yes', 'do not ask')
    .option(
      '--if-revision',
      'refuse it if somebody else changes the service meanwhile, which is always so here',
    )
    .addHelpText(
      'after',
      `
What runs goes on as it is.

Examples:
  coterie conflicts accept 3f2a90c1
  coterie conflicts accept 3f2a90c1 -y --json`,
    )
    .action((id: string) =>
      settle(command, cli, id, {
        route: 'POST /v1/conflicts/:revision/accept',
        insists: true,
        what: (label) => `keep ${label} as it is`,
        done: (label) => `Kept ${label} as it is; the conflict is settled.`,
      }),
    )
}

export const conflictsRevert: CommandModule = (command, cli) => {
  command
    .argument('<id>', ID)
    .option('-y, --yes', 'do not ask')
    .option('--if-revision', 'refuse it if somebody else changes the service meanwhile')
    .addHelpText(
      'after',
      `
The service is deployed anew as the edit that lost has it.

Examples:
  coterie conflicts revert 3f2a90c1
  coterie conflicts revert 3f2a90c1 -y --if-revision`,
    )
    .action((id: string) =>
      settle(command, cli, id, {
        route: 'POST /v1/conflicts/:revision/revert',
        insists: false,
        what: (label) => `put back the edit of ${label} that lost`,
        done: (label) => `Put back the edit of ${label} that lost. See coterie ps for how it goes.`,
      }),
    )
}
