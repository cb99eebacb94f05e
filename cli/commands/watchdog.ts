/** The process beside the daemon that ends exclusive work whose lease lapsed. See docs/design/watchdog.md. */
import { type CommandModule, settingsOf, wantsJson } from '../cli.ts'

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
lease has lapsed.

Examples:
  coterie watchdog --data-dir /var/lib/coterie
  coterie watchdog -- coterie up --token-file /run/secrets/coterie`,
    )
    .action(async (words: string[], { endsIdle = false }: { readonly endsIdle?: boolean }) => {
      const { dataDir } = settingsOf(command, cli).values
      const { runWatchdog } = await import('../../node/watchdog/run.ts')
      process.exitCode = await runWatchdog({
        dataDir,
        endsIdle,
        command: words,
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
