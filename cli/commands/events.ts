import type { EventLine } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
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
      const print = wantsJson(command) ? jsonLine : describe
      const query = { follow, ...(since !== undefined && { since }) }
      for await (const line of clientOf(command, cli).stream('GET /v1/events', { query }, cli.outputClosed))
        cli.stdout.write(print(line))
    })
}

const sequence = (text: string): number => {
  if (/^\d{1,16}$/.test(text)) return Number(text)
  throw new CoterieError('usageWrong', { detail: '--since takes a whole number' })
}

/** Time, type, and the rest as `key=value`, so that an event of a newer daemon prints too. */
const describe = (line: EventLine): string => {
  if (line.type === 'gap') return '... earlier events are no longer kept\n'
  if (line.type === 'end') return ''
  const { sequence: _, atMs, type, ...rest } = line
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`)
  return `${[new Date(atMs).toISOString(), type, ...fields].join('  ')}\n`
}

const textOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : (value ?? 'none')
