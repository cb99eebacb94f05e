/** The command tree. A command's file is loaded when the tree descends into it, never before. */
import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { COMMANDS, type CommandEntry, GROUPS } from './commands/index.ts'
import { GLOBAL_SETTINGS, settingOption } from './setting-options.ts'

const EXIT_CODES = `
Exit codes: 0 done, 1 error, 2 cannot be placed, 3 pending (no majority).`

/** Commander with its answers on our streams; mistakes are thrown, and told by whoever called. */
export const createProgram = (cli: Cli): Command => {
  const entries = new Map<Command, CommandEntry>()
  const program = new Command('coterie')
    .description('Turns a handful of machines into one: no server, any machine may die.')
    .version(cli.version)
    .option('--json', 'answer with one JSON object, or one a line for streams')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, optionDescription: ({ description }) => description })
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stdout.write(text),
      outputError: () => {},
    })
    .addHelpText('after', EXIT_CODES)
  for (const key of GLOBAL_SETTINGS) program.addOption(settingOption(key))

  const loadOnDescent = async (_parent: Command, child: Command) => {
    const module = await entries.get(child)?.load()
    module?.(child, cli)
  }
  program.hook('preSubcommand', loadOnDescent)
  const groups = new Map<string, Command>([['', program]])
  for (const entry of COMMANDS) {
    const words = entry.name.split(' ')
    const last = words.pop() as string
    const group = groups.get(words.join(' ')) ?? addGroup(program, words.join(' '))
    if (group !== program && !groups.has(group.name())) group.hook('preSubcommand', loadOnDescent)
    groups.set(words.join(' '), group)
    entries.set(group.command(last).description(entry.summary), entry)
  }
  return program
}

const addGroup = (program: Command, name: string): Command =>
  program
    .command(name)
    .description(GROUPS[name] ?? '')
    .helpCommand(false)
