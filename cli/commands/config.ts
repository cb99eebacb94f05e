import type { Config } from '../../protocols/control/index.ts'
import { configOf } from '../../protocols/control/settings/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import { jsonLine, table } from '../output.ts'

export const config: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Asks the daemon for the settings that it runs with. Where none runs, shows those that it would start with here.

Examples:
  coterie config
  coterie config --json | jq '.settings[] | select(.source != "default")'`,
    )
    .action(async () => {
      const running = await clientOf(command, cli)
        .call('GET /v1/config')
        .catch((error: unknown) => {
          if (isCoterieError(error, 'daemonUnreachable') || isCoterieError(error, 'socketForbidden'))
            return null
          throw error
        })
      const { settings } = running ?? configOf(await settingsOf(command, cli))
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine({ running: running !== null, settings }))
        return
      }
      if (running === null) cli.stderr.write('coterie: no daemon runs; it would start with these settings.\n')
      cli.stdout.write(table(['SETTING', 'VALUE', 'SOURCE'], settings.map(row)))
    })
}

const row = ({ name, value, source, setBy }: Config['settings'][number]): string[] => [
  name,
  text(value),
  setBy === null ? source : `${source} ${setBy}`,
]

const text = (value: Config['settings'][number]['value']): string => {
  if (Array.isArray(value)) return value.join(' ') || '-'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? '-' : String(value)
}
