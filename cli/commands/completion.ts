import { Argument, type Command } from 'commander'
import { type CommandModule, clientOf } from '../cli.ts'
import { complete, FILES } from '../completion/complete.ts'
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts'

export const completion: CommandModule = (command, cli) => {
  command
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      `
Prints what lets a shell complete commands, options, and the names of services, tasks and nodes, for which it asks the daemon.

Examples:
  source <(coterie completion bash)                                  # in ~/.bashrc
  coterie completion zsh > "\${fpath[1]}/_coterie"
  coterie completion fish > ~/.config/fish/completions/coterie.fish`,
    )
    .action((shell: Shell) => {
      cli.stdout.write(SCRIPTS[shell])
    })
}

/** Asked by those scripts: a candidate a line, with its summary after a tab. */
export const completionWords: CommandModule = (command, cli, { load }) => {
  command.argument('[words...]', 'what was typed so far').action(async (words: string[]) => {
    const program = command.parent as Command
    const found = await complete({ program, load, client: clientOf(program, cli) }, words)
    cli.stdout.write(
      found === FILES
        ? `${FILES}\n`
        : found.map(({ word, summary }) => `${word}\t${summary.replace(/\s+/g, ' ')}\n`).join(''),
    )
  })
}
