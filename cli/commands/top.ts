import { setTimeout as sleep } from 'node:timers/promises'
import type { Usages } from '../../protocols/control/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { untilInterrupted } from '../interrupt.ts'
import { isTerminal, jsonLine, plain } from '../output.ts'
import { ratesOf } from '../top/rates.ts'
import { topTable } from '../top/table.ts'

/** Between two looks; the first two are close together, since nothing is shown before the second. */
const LOOK_MS = 2_000
const FIRST_MS = 1_000

/** To the top of the screen, and away with what is below. */
const CLEARED = '\u001b[H\u001b[0J'

export const top: CommandModule = (command, cli) => {
  command
    .option('--once', 'look once, over a second, and end')
    .addHelpText(
      'after',
      `
Shows what tasks use on all nodes, the busiest first, every two seconds until Ctrl-C. CPU is in hundredths of one processor.

Examples:
  coterie top
  coterie top --once --json | jq '.tasks[] | select(.cpus > 0.5)'`,
    )
    .action(async ({ once = false }: { readonly once?: boolean }) => {
      const client = clientOf(command, cli)
      const json = wantsJson(command)
      await untilInterrupted(async (interrupted) => {
        const signal = AbortSignal.any([interrupted, cli.outputClosed])
        let before: Usages = await client.call('GET /v1/tasks/usage')
        for (let waitMs = FIRST_MS; ; waitMs = LOOK_MS) {
          await sleep(waitMs, null, { signal }).catch(() => {})
          if (signal.aborted) return
          const now = await client.call('GET /v1/tasks/usage')
          show(cli, before, now, json)
          if (once) return
          before = now
        }
      })
    })
}

const show = (cli: Cli, before: Usages, now: Usages, json: boolean): void => {
  const tasks = ratesOf(before.tasks, now.tasks)
  const silent = now.silent.map(({ name }) => name)
  if (json) {
    cli.stdout.write(jsonLine({ tasks, silent }))
    return
  }
  const note = silent.length === 0 ? '' : `No answer from ${silent.map(plain).join(', ')}.\n`
  const none = tasks.length === 0 ? 'No task runs.\n' : topTable(tasks)
  cli.stdout.write(`${isTerminal(cli.stdout) ? CLEARED : ''}${none}${note}`)
}
