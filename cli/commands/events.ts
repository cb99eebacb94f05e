import type { Event, EventLine } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { jsonLine } from '../output.ts'

export const events: CommandModule = (command, cli) => {
  command
    .option('-f, --follow', 'go on with new events as they come')
    .option('--since <sequence>', 'only events after this sequence, as in the JSON output', sequence)
    .addHelpText(
      'after',
      `
Examples:
  coterie events
  coterie events -f --json`,
    )
    .action(async ({ follow = false, since }: { follow?: boolean; since?: number }) => {
      const client = clientOf(command, cli)
      const print = wantsJson(command) ? jsonLine : describeIn(await namesAt(client))
      const query = { follow, ...(since !== undefined && { since }) }
      for await (const line of client.stream('GET /v1/events', { query }, cli.outputClosed))
        cli.stdout.write(print(line))
    })
}

/** How nodes are called, by id. */
type Names = Map<string, string>

const namesAt = async (client: Client): Promise<Names> => {
  const { nodes } = await client.call('GET /v1/nodes')
  return new Map(nodes.map(({ id, name }) => [id, name]))
}

const sequence = (text: string): number => {
  if (/^\d{1,16}$/.test(text)) return Number(text)
  throw new CoterieError('usageWrong', { detail: '--since takes a whole number' })
}

/**
 * Time, type, and the rest as `key=value`, so that an event of a newer daemon prints too. Names are put to the leader and the
 * voters here, since a daemon that starts knows them before it knows how they are called; whoever is admitted is added to `names`.
 */
const describeIn =
  (names: Names) =>
  (line: EventLine): string => {
    if (line.type === 'gap') return '... earlier events are no longer kept\n'
    if (line.type === 'end') return ''
    if (line.type === 'nodeAdmitted') names.set(line.node, line.name)
    const { sequence: _, atMs, type, ...rest } = inNames(line, names)
    const fields = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`)
    return `${[new Date(atMs).toISOString(), type, ...fields].join('  ')}\n`
  }

const inNames = (event: Event, names: Names): Event => {
  const nameOf = (id: string): string => names.get(id) ?? id
  if (event.type === 'leaderChanged') return { ...event, leader: event.leader && nameOf(event.leader) }
  if (event.type === 'votersChanged') return { ...event, voters: event.voters.map(nameOf) }
  return event
}

const textOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : (value ?? 'none')
