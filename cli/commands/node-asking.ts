/** Machines of the LAN that ask to join: the window in which they may, who they are, and the answer. */
import type { Command } from 'commander'
import type { AskingNode, OpenLanRequest } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import {
  CLOSED,
  describeApproved,
  describeDenied,
  describeOpened,
  describeRequests,
} from '../describe-asking.ts'
import { readFingerprint, shownFingerprint } from '../fingerprint.ts'
import { jsonLine } from '../output.ts'
import { readWindow } from '../window.ts'

interface OpenOptions {
  readonly autoApprove?: boolean
  readonly role: string
  readonly cidr: readonly string[]
}

const gather = (text: string, before: readonly string[]): readonly string[] => [...before, text]

const roleIn = (text: string): OpenLanRequest['role'] => {
  if (text === 'full' || text === 'edge') return text
  throw new CoterieError('usageWrong', { detail: '--role takes full or edge' })
}

export const nodeOpenLan: CommandModule = (command, cli) => {
  command
    .argument('<duration>', 'for how long: 90s, 10m, 24h; a day at most')
    .option('--auto-approve', 'let in whoever asks; for a LAN whose machines are all yours')
    .option('--role <full|edge>', 'the most that a machine is let in as', 'full')
    .option(
      '--cidr <network>',
      'a network that machines have to come from, in place of the LAN; up to 4',
      gather,
      [],
    )
    .addHelpText(
      'after',
      `
Machines that have no token find this one by mDNS and UDP broadcast, and ask it to join (coterie up --ask). Opened again, it is open by
the new terms. It closes by itself, and when the daemon ends; coterie status and coterie doctor tell while it is open.

Examples:
  coterie node open-lan 10m
  coterie node open-lan 1h --role edge --auto-approve
  coterie node open-lan 10m --cidr 192.168.7.0/24`,
    )
    .action(async (text: string, { autoApprove = false, role, cidr }: OpenOptions) => {
      const body = { forMs: readWindow(text, 'open-lan'), autoApprove, role: roleIn(role), cidrs: [...cidr] }
      const answer = await clientOf(command, cli).call('POST /v1/open-lan', { body })
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      else cli.stdout.write(answer.window === null ? CLOSED : describeOpened(answer.window))
    })
}

export const nodeCloseLan: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      '\nWho waits is forgotten; whom it let in stays.\n\nExample:\n  coterie node close-lan',
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('DELETE /v1/open-lan')
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : CLOSED)
    })
}

const listRequests = async (command: Command, cli: Cli): Promise<void> => {
  const answer = await clientOf(command, cli).call('GET /v1/open-lan')
  cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeRequests(answer, cli.stdout))
}

export const nodeRequests: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
They wait at the machine that was opened to its LAN. The fingerprint is also on the screen of the machine that asks: where the two
differ, somebody is in between.

Examples:
  coterie node requests
  coterie node requests --json | jq -r '.requests[] | select(.state == "waiting").name'`,
    )
    .action(() => listRequests(command, cli))
}

/** The fingerprint of the request that a person means. @throws `askUnknown` */
const askingBy = async (command: Command, cli: Cli, name: string): Promise<AskingNode> => {
  const { requests } = await clientOf(command, cli).call('GET /v1/open-lan')
  const found = requests.filter((request) => request.state === 'waiting' && request.name === name)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const detail =
    only === undefined
      ? 'no request that waits has that name'
      : `${found.length} requests have that name: give the fingerprint`
  throw new CoterieError('askUnknown', { request: name, detail })
}

export const nodeApprove: CommandModule = (command, cli) => {
  command
    .argument('[fingerprint|name]', 'what the screen of the machine shows, or what it wants to be called')
    .option('-y, --yes', 'by name, do not ask whether the fingerprint is the same there')
    .addHelpText(
      'after',
      `
Without an argument it lists who asks. Type the fingerprint from the screen of the machine: then nobody else is let in.

Examples:
  coterie node approve 4821-0937
  coterie node approve cellar`,
    )
    .action(async (given: string | undefined, { yes = false }: { readonly yes?: boolean }) => {
      if (given === undefined) return await listRequests(command, cli)
      let fingerprint = readFingerprint(given)
      if (fingerprint === null) {
        const asking = await askingBy(command, cli, given)
        const shown = shownFingerprint(asking.fingerprint)
        await confirm(command, cli, { what: `let in ${given}, whose screen shows ${shown}`, yes })
        fingerprint = asking.fingerprint
      }
      const answer = await clientOf(command, cli).call('POST /v1/open-lan/approve', { body: { fingerprint } })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeApproved(answer))
    })
}

export const nodeDeny: CommandModule = (command, cli) => {
  command
    .argument('<fingerprint|name>', 'as coterie node requests shows it')
    .addHelpText('after', '\nExample:\n  coterie node deny 4821-0937')
    .action(async (given: string) => {
      const fingerprint = readFingerprint(given) ?? (await askingBy(command, cli, given)).fingerprint
      const answer = await clientOf(command, cli).call('POST /v1/open-lan/deny', { body: { fingerprint } })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeDenied(answer))
    })
}
