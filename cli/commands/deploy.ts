import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { type ComposeWords, composeOptions, loadGiven, readGiven } from '../compose-files.ts'
import { changeOptions, changeServices } from '../deploy/change.ts'

interface DeployOptions extends ComposeWords {
  readonly show?: boolean
  readonly prune?: boolean
}

export const deploy: CommandModule = (command, cli) => {
  changeOptions(composeOptions(command))
    .option('--show', 'only print the files as the one document that they stand for; no daemon is asked')
    .option('--prune', 'also remove services of the project that the file does not name')
    .addHelpText(
      'after',
      `
Shows what would change and where it would run, asks, and waits until every slot of what changed runs. Ctrl-C ends
the waiting only. Exit codes beside the usual: 130 where Ctrl-C ended the waiting.

Several files are one: each is laid over those before it. Variables come from the environment and from .env.

Examples:
  coterie deploy
  coterie deploy -f compose.yaml -f compose.production.yaml --env-file production.env
  coterie deploy --profile debug --show
  coterie deploy -f shop.yaml --plan
  coterie deploy -y --json | jq .outcome`,
    )
    .action(async (options: DeployOptions) => {
      if (options.show) {
        cli.stdout.write(loadGiven(cli, options, wantsJson(command)))
        return
      }
      const { project, services } = readGiven(cli, options, options.file)
      const client = clientOf(command, cli)
      const specs = [...services]
      const body = { project, specs, prune: options.prune === true }
      const plan = await client.call('POST /v1/plan', { body })
      const change = { project, specs, plan, what: `deploy ${project}`, done: `${project} is deployed` }
      await changeServices(command, cli, client, change)
    })
}
