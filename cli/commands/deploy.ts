import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { type ComposeWords, composeOptions, loadGiven, readGiven } from '../compose-files.ts'
import { confirm } from '../confirm.ts'
import { deploy as carryOut, type Ending, endOfPlan, NOTHING_DONE } from '../deploy/deploy.ts'
import { describePlan } from '../deploy/describe-plan.ts'
import { describeAccepted, describeEnding, describeFailure, reportOf } from '../deploy/report.ts'
import { createScreen } from '../deploy/screen.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { jsonLine } from '../output.ts'

interface DeployOptions extends ComposeWords {
  readonly show?: boolean
  readonly yes?: boolean
  readonly plan?: boolean
  readonly detach?: boolean
  readonly ifRevision?: boolean
  readonly prune?: boolean
  readonly timeout?: number
}

/** A large image over a slow line; what takes longer goes on without somebody watching. */
const TIMEOUT_SECONDS = 300

export const deploy: CommandModule = (command, cli) => {
  composeOptions(command)
    .option('-y, --yes', 'do not ask')
    .option('--show', 'only print the files as the one document that they stand for; no daemon is asked')
    .option('--plan', 'only show what would change and where it would run')
    .option('-d, --detach', 'do not wait until it runs')
    .option(
      '--if-revision',
      'refuse it if somebody else changes a service between the plan and the deployment',
    )
    .option('--prune', 'also remove services of the project that the file does not name')
    .option('--timeout <seconds>', `how long to wait until it runs (default: ${TIMEOUT_SECONDS})`, seconds)
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
      const compose = readGiven(cli, options, options.file)
      const { project, services } = compose
      const client = clientOf(command, cli)
      const json = wantsJson(command)
      const body = { project, specs: [...services], prune: options.prune === true }
      const plan = await client.call('POST /v1/plan', { body })
      if (!json) cli.stdout.write(describePlan(plan, cli.stdout))

      const begin = async (): Promise<Ending> => {
        if (plan.changes.every(({ action }) => action === 'unchanged'))
          return { ...NOTHING_DONE, outcome: 'unchanged' }
        if (options.plan) return endOfPlan(plan)
        await confirm(command, cli, { what: `deploy ${project}`, yes: options.yes === true })
        return untilInterrupted((signal) =>
          carryOut(client, {
            compose,
            plan,
            signal,
            ifRevision: options.ifRevision === true,
            detach: options.detach === true,
            timeoutMs: (options.timeout ?? TIMEOUT_SECONDS) * 1000,
            show: json ? () => {} : createScreen(cli.stderr),
          }),
        )
      }
      const ending = await begin()
      if (json) cli.stdout.write(jsonLine(reportOf(project, plan, ending)))
      else {
        cli.stderr.write(describeAccepted(ending))
        cli.stderr.write(ending.failures.map(describeFailure).join(''))
        cli.stdout.write(await describeEnding(client, project, ending))
      }
      if (ending.error !== null) throw ending.error
      if (ending.outcome === 'left') {
        cli.stderr.write(`coterie: ${project} goes on without this command. Look again with coterie ps.\n`)
        process.exitCode = INTERRUPTED
      }
    })
}

const seconds = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new CoterieError('usageWrong', { detail: '--timeout takes a whole number of seconds' })
}
