import type { Task } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { runExec, sizeOf } from '../exec/run-exec.ts'
import { isTerminal } from '../output.ts'
import { findService, labelOf } from '../service-name.ts'

interface ExecOptions {
  readonly interactive?: true
  readonly tty?: true
  readonly user?: string
  readonly workdir?: string
  readonly env?: readonly string[]
  readonly slot?: number
}

const wrong = (detail: string): CoterieError => new CoterieError('usageWrong', { detail })

const slotIn = (text: string): number => {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw wrong('a slot is a whole number, as coterie ps shows it')
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^[^=]+=/.test(text)) throw wrong(`a variable is NAME=VALUE, and not ${text}`)
  return [...before, text]
}

export const exec: CommandModule = (command, cli) => {
  command
    .argument('<task>', 'a service, or one task as coterie ps --json names it')
    .argument('<command...>', 'what to run there; put -- before options of its own')
    .option('-i, --interactive', 'give it what is typed or piped here')
    .option('-t, --tty', 'give it a terminal')
    .option('-u, --user <user>', 'run it as that user of the container')
    .option('-w, --workdir <path>', 'run it in that directory of the container')
    .option('-e, --env <NAME=VALUE>', 'set a variable; may be repeated', collect)
    .option('--slot <slot>', 'of a service with several tasks, the one of that slot', slotIn)
    .addHelpText(
      'after',
      `
The command runs in the container of the task, on whatever node that is, and ends when this one does. Its exit code becomes that of this one.

Examples:
  coterie exec -it web sh
  coterie exec db -- pg_dump -U postgres shop > shop.sql
  coterie exec -i shop/db psql < fill.sql
  coterie exec --slot 2 web cat /etc/hostname`,
    )
    .action(async (name: string, words: readonly string[], options: ExecOptions) => {
      if (wantsJson(command)) throw wrong('what a command writes is its own: exec has no --json')
      const { interactive = false, tty = false, user = null, workdir = null, env = [], slot } = options
      if (tty && !(isTerminal(cli.stdin) && isTerminal(cli.stdout)))
        throw wrong('-t needs a terminal here, for input and output: leave it out')
      const client = clientOf(command, cli)
      const exitCode = await runExec(client, cli, await taskOf(client, name, slot), {
        command: [...words],
        terminal: tty ? sizeOf(cli.stdout) : null,
        input: interactive,
        user,
        directory: workdir,
        environment: [...env],
      })
      process.exitCode = exitCode ?? 1
    })
}

/** The task of that id; else the running one of the service, or the one of its slot. @throws `taskAbsent`, `serviceUnknown` */
const taskOf = async (client: Client, name: string, slot: number | undefined): Promise<string> => {
  const { tasks } = await client.call('GET /v1/tasks')
  const named = tasks.find(({ task }) => task === name)
  if (named !== undefined) return named.task
  const { services } = await client.call('GET /v1/services')
  const service = findService(services, name)
  const fits = (task: Task) =>
    task.object === service.object && (slot === undefined ? task.state === 'running' : task.slot === slot)
  const [found] = tasks.filter(fits).sort((a, b) => a.slot - b.slot)
  if (found !== undefined) return found.task
  if (slot !== undefined) throw wrong(`${labelOf(service)} has no task in slot ${slot}; see coterie ps`)
  throw new CoterieError('taskAbsent', { service: labelOf(service) })
}
