import type { Lost, Quorum, QuorumMember } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { duration, jsonLine, painted, table } from '../output.ts'

/** Every member is asked, and the silent ones are waited for, twice. */
const RECOVER_MS_MAX = 30_000

/** What must be typed: nobody loses decisions by a yes. */
const WORD = 'recover'

const knowledge = ({ log }: QuorumMember): string =>
  log === null ? '?' : `${log.lastIndex} of term ${log.lastTerm}`

const listed = (names: readonly string[]): string => names.join(', ')

const describeQuorum = (
  { generation, best, members }: Quorum,
  pending: number,
  paint: (s: string) => string,
) => {
  const rows = members.map((member) => [
    member.name + (member.self ? ' (here)' : ''),
    member.voter ? 'yes' : 'no',
    paint(member.state),
    member.silentMs === null ? '-' : duration(member.silentMs),
    knowledge(member),
  ])
  const [self] = members
  const silent = members.filter(({ log }) => log === null).map(({ name }) => name)
  const furthest = members.find(({ id }) => id === best)
  const lines = [
    table(['NAME', 'VOTES', 'STATE', 'SINCE', 'KNOWS UP TO'], rows),
    `This machine is in generation ${generation} of the log, and knows decision ${self?.log?.commitIndex} to be accepted.\n`,
    furthest !== undefined && !furthest.self
      ? `${furthest.name} knows more: recover there, and less is lost.\n`
      : 'Of those that answer, none knows more.\n',
    silent.length === 0
      ? 'Every member answers: nothing should be lost that one of them knows.\n'
      : `What may be lost: all that only ${listed(silent)} knew: edits accepted there (each is pending again if a machine that has it
comes back), tasks moved, machines admitted or removed. What comes back with them is listed by coterie quorum lost.
If they live on the other side of a cut, they go on too: exclusive work may run twice until both sides meet.\n`,
  ]
  if (pending > 0) lines.push(`Pending edits: ${pending}; they are accepted afterwards.\n`)
  return lines.join('')
}

export const quorumRecover: CommandModule = (command, cli) => {
  command
    .option('-y, --yes', 'do not ask')
    .option('--force', 'recover here also where another machine knows more')
    .addHelpText(
      'after',
      `
For the day on which more than half of the voters are lost for good: this machine goes on alone with all that it
knows, in a new generation of the log, and machines of the older one follow it. While a majority lives, it is refused.

Examples:
  coterie quorum recover
  coterie quorum recover -y --json`,
    )
    .action(async () => {
      const { yes = false, force = false } = command.opts<{ yes?: boolean; force?: boolean }>()
      const client = clientOf(command, cli)
      if (!wantsJson(command)) {
        const survey = await client.call('GET /v1/quorum', {}, { timeoutMs: RECOVER_MS_MAX })
        const { pending } = await client.call('GET /v1/pending')
        cli.stdout.write(describeQuorum(survey, pending.length, (state) => painted(state, cli.stdout)))
        // Nobody is asked for a yes that would be refused.
        const leader = survey.members.find(({ id }) => id === survey.leader)
        if (leader !== undefined) throw new CoterieError('quorumLives', { leader: leader.name })
      }
      const what = 'go on here with what this machine knows, and give the rest up'
      await confirm(command, cli, { what, yes, word: WORD })
      const answer = await client.call(
        'POST /v1/quorum/recover',
        { body: { force } },
        { timeoutMs: RECOVER_MS_MAX },
      )
      cli.stdout.write(
        wantsJson(command)
          ? jsonLine(answer)
          : `Generation ${answer.generation} goes on from decision ${answer.from.index}. Machines that answer vote with it within seconds; see coterie voters.\n`,
      )
    })
}

const described = ({ decisions, spans }: Lost): string => {
  if (decisions.length + spans.length === 0) return 'This machine had nothing that was given up.\n'
  const rows = decisions.map(({ generation, index, committed, what, again }) => [
    String(generation),
    String(index),
    committed ? 'yes' : 'not known',
    again === null ? '-' : again ? 'yes' : 'no',
    what,
  ])
  const sums = spans.map(
    ({ generation, afterIndex, upToIndex }) =>
      `Generation ${generation}: decisions ${afterIndex + 1} to ${upToIndex} as a snapshot only, kept in the store.\n`,
  )
  return table(['GENERATION', 'DECISION', 'ACCEPTED', 'NOW SO', 'WHAT'], rows) + sums.join('')
}

export const quorumLost: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
After somebody recovered the mesh at another machine, this one follows there. What only its own log had, is kept
and listed here; edits that are not so now were written by people and are not accepted yet, or lost against others.

Examples:
  coterie quorum lost
  coterie quorum lost --json | jq '.decisions[] | select(.again == false)'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/quorum/lost')
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : described(answer))
    })
}
