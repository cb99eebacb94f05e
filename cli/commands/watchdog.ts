/** The process beside the daemon that ends exclusive work whose lease lapsed. See docs/design/watchdog.md. */
import { type ResolvedSettings, SETTINGS } from '../../protocols/control/settings/index.ts'
import { type CommandModule, settingsOf, settingsWithoutFile, wantsJson } from '../cli.ts'

/**
 * By these a daemon below meets this watchdog and starts none of its own. A directory that nobody named is the daemon's default too, and
 * naming it would move the daemon's socket.
 */
export const variablesBelow = ({ values, sources }: ResolvedSettings): Record<string, string> => ({
  [SETTINGS.watchdog.variable]: 'external',
  ...(sources.config.from !== 'default' && { [SETTINGS.config.variable]: values.config }),
  ...(sources.configDir.from !== 'default' && { [SETTINGS.configDir.variable]: values.configDir }),
  ...(sources.dataDir.from !== 'default' && { [SETTINGS.dataDir.variable]: values.dataDir }),
})

export const watchdog: CommandModule = (command, cli) => {
  command
    .argument('[command...]', 'after --: the daemon to run below it, as in an image')
    .option('--ends-idle', 'end when no daemon has been here for a while and nothing is guarded')
    .addHelpText(
      'after',
      `
It ends exclusive tasks at the end of their lease, also where the daemon hangs or is gone and the engine does not
answer. One for each data directory; coterie up starts one where none answers, so only service managers and images
need this command. With a command it runs that below it, hands signals on, and ends with its exit code, once every
lease has lapsed. Name the data directory before the --: the daemon below takes it from there, and starts no watchdog
of its own; one that is told another directory runs without any, as coterie status says there.

Examples:
  coterie watchdog --data-dir /var/lib/coterie
  coterie watchdog --data-dir /data -- coterie up --token-file /run/secrets/coterie-token`,
    )
    .action(async (words: string[], { endsIdle = false }: { readonly endsIdle?: boolean }) => {
      const told = settingsWithoutFile(command, cli)
      // Once it is told what to guard, no file that is broken shall keep it from that.
      const settings = told.sources.dataDir.from === 'default' ? await settingsOf(command, cli) : told
      const { dataDir } = settings.values
      const { runWatchdog } = await import('../../node/watchdog/run.ts')
      process.exitCode = await runWatchdog({
        dataDir,
        endsIdle,
        command: words,
        variables: variablesBelow(settings),
        onReady: (means) => {
          // Of the command's own output nothing may be ours.
          if (words.length > 0) return
          cli.stdout.write(
            wantsJson(command)
              ? `${JSON.stringify({ guards: dataDir, pid: process.pid, means })}\n`
              : `The watchdog guards ${dataDir}; it kills containers through ${means}.\n`,
          )
        },
      })
    })
}
