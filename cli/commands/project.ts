import type { Project, Projects } from '../../protocols/control/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, table } from '../output.ts'

const BECAUSE: Readonly<Record<Project['because'], string>> = {
  votes: 'it votes',
  runs: 'it runs a task of it',
  told: 'it was told so',
  full: 'it is a full node',
  edge: 'it is an edge node',
}

const printed = ({ projects }: Projects): string =>
  projects.length === 0
    ? 'There is no project yet. Deploy a Compose file with coterie deploy.\n'
    : table(
        ['PROJECT', 'LINKED', 'BECAUSE', 'OPEN RECORDS', 'ARCHIVES HERE'],
        projects.map(({ project, linked, because, records, archives, archivesHere }) => [
          project,
          linked ? 'yes' : 'no',
          BECAUSE[because],
          String(records),
          `${archivesHere} of ${archives}`,
        ]),
      )

const show = (cli: Cli, json: boolean, answer: Projects): void => {
  cli.stdout.write(json ? jsonLine(answer) : printed(answer))
}

export const projectLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Every machine knows every service. Of the tasks that ended, a machine keeps the records of the projects that it links: a full
machine of all, an edge machine of those of which it ran a task, a voter always of all.

Examples:
  coterie project ls
  coterie project ls --json | jq -r '.projects[] | select(.linked).project'`,
    )
    .action(async () => show(cli, wantsJson(command), await clientOf(command, cli).call('GET /v1/projects')))
}

export const projectLink: CommandModule = (command, cli) => {
  command
    .argument('<project>', 'a project, as coterie project ls names it')
    .addHelpText('after', '\nExample:\n  coterie project link shop')
    .action(async (project: string) => {
      const answer = await clientOf(command, cli).call('POST /v1/projects/link', { body: { project } })
      show(cli, wantsJson(command), answer)
    })
}

export const projectUnlink: CommandModule = (command, cli) => {
  command
    .argument('<project>', 'a project, as coterie project ls names it')
    .addHelpText(
      'after',
      `
The records go from this machine alone, and not before another one has them. A machine that votes, or runs a task of the
project, keeps them.

Example:
  coterie project unlink shop`,
    )
    .action(async (project: string) => {
      const answer = await clientOf(command, cli).call('POST /v1/projects/unlink', { body: { project } })
      show(cli, wantsJson(command), answer)
    })
}
