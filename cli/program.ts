/** The command tree. A command's file is loaded when the tree descends into it, never before. */
import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { COMMANDS, type CommandEntry, GROUPS } from './commands/index.ts'
import { GLOBAL_SETTINGS, settingOption } from './setting-options.ts'

/** Asked by the scripts of `coterie completion`, not by people. */
const HIDDEN: ReadonlySet<string> = new Set(['completion-words'])

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

  const load = async (command: Command): Promise<void> => {
    const module = await entries.get(command)?.load()
    module?.(command, cli, { load })
  }
  const loadOnDescent = (_parent: Command, child: Command) => load(child)
  program.hook('preSubcommand', loadOnDescent)
  const parentOf = ({ topic, words: [group = '', ...rest] }: CommandEntry): Command => {
    if (rest.length === 0) return program
    const known = program.commands.find((command) => command.name() === group)
    if (known !== undefined) return known
    const made = program
      .command(group)
      .description(GROUPS[group] as string)
      .helpCommand(false)
    return made.helpGroup(`${topic}:`).hook('preSubcommand', loadOnDescent)
  }
  for (const entry of COMMANDS) {
    const { topic, words, summary } = entry
    const made = parentOf(entry)
      .command(words.at(-1) as string, { hidden: HIDDEN.has(words.join(' ')) })
      .description(summary)
    entries.set(words.length === 1 ? made.helpGroup(`${topic}:`) : made, entry)
  }
  return program
}
