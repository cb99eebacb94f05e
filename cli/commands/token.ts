/** What machines join by: made, listed, revoked. */
import type { TokenRequest } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { describeCreated, describeRevoked, describeTokens, joinLine } from '../describe-tokens.ts'
import { parseDuration } from '../durations.ts'
import { jsonLine } from '../output.ts'
import { qrCode } from '../qr-code.ts'

/** As the API bounds it; this file loads no schemas. */
const TTL_MS_MAX = 366 * 86_400_000
const USES_MAX = 1_000

interface CreateOptions {
  readonly ttl: string
  readonly startsIn: string
  readonly uses: string
  readonly role: string
  readonly cap: readonly string[]
  readonly cidr: readonly string[]
  readonly label: readonly string[]
  readonly addresses?: boolean
  readonly qr?: boolean
}

const gather = (text: string, before: readonly string[]): readonly string[] => [...before, text]

export const tokenCreate: CommandModule = (command, cli) => {
  command
    .option('--ttl <duration>', 'how long it counts: 90s, 10m, 24h, 7d', '24h')
    .option('--starts-in <duration>', 'when it begins to count', '0s')
    .option('--uses <count>', 'how many machines it admits', '1')
    .option('--role <full|edge>', 'the most that it admits a machine as', 'full')
    .option('--cap <word>', 'what the machine may be trusted with; up to 4', gather, [])
    .option('--cidr <network>', 'a network that the machine has to come from; up to 4', gather, [])
    .option('--label <key=value>', 'what the machine is told apart by; up to 4', gather, [])
    .option('--no-addresses', 'leave out where members are: the machine finds them')
    .option('--qr', 'also show the token as a QR code')
    .addHelpText(
      'after',
      `
Prints the line that a machine joins with. The token is told this once and kept nowhere; whoever has it may join, as
often and as long as it says. It pins this mesh, so a machine that joins with it shows it to no other.

Examples:
  coterie token create
  coterie token create --ttl 1h --uses 20 --cidr 192.168.1.0/24
  coterie token create --role edge --label room=attic --qr
  coterie token create --json | jq -r .text`,
    )
    .action(async (options: CreateOptions) => {
      const created = await clientOf(command, cli).call('POST /v1/tokens', { body: requestOf(options) })
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine({ ...created, line: joinLine(created.text) }))
        return
      }
      cli.stdout.write(describeCreated(created))
      if (options.qr === true) cli.stdout.write(await qrCode(created.text))
    })
}

const requestOf = ({
  ttl,
  startsIn,
  uses,
  role,
  cap,
  cidr,
  label,
  addresses,
}: CreateOptions): TokenRequest => {
  if (!/^\d{1,4}$/.test(uses) || Number(uses) < 1 || Number(uses) > USES_MAX)
    throw new CoterieError('usageWrong', { detail: `--uses takes a number from 1 to ${USES_MAX}` })
  if (role !== 'full' && role !== 'edge')
    throw new CoterieError('usageWrong', { detail: '--role takes full or edge' })
  return {
    ttlMs: parseDuration(ttl, '--ttl', TTL_MS_MAX),
    startsInMs: parseDuration(startsIn, '--starts-in', TTL_MS_MAX),
    uses: Number(uses),
    role,
    capabilities: [...cap],
    cidrs: [...cidr],
    labels: [...label],
    ...(addresses === false && { addresses }),
  }
}

export const tokenLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Those that have expired are gone from the list. A token counts while the machine that made it is a member.

Examples:
  coterie token ls
  coterie token ls --json | jq -r '.tokens[] | select(.state == "valid").id'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/tokens')
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeTokens(answer, cli.stdout))
    })
}

export const tokenRm: CommandModule = (command, cli) => {
  command
    .argument('<token>', 'as coterie token ls names it')
    .addHelpText('after', '\nWhom it admitted stays a member.\n\nExample:\n  coterie token rm 3f2a91c0')
    .action(async (token: string) => {
      if (!/^[0-9a-f]{4,64}$/.test(token))
        throw new CoterieError('usageWrong', {
          detail: 'a token is named by the 4 to 64 hexadecimal digits that coterie token ls shows',
        })
      const answer = await clientOf(command, cli).call('DELETE /v1/tokens/:token', { params: { token } })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describeRevoked(answer))
    })
}
