/**
 * A change of services as every command makes it that makes one: the plan is shown, somebody says yes, it is written down, and its
 * progress is told until it is over. The exit codes are in docs/design/deploy.md.
 */
import type { Command } from 'commander'
import type { Conflict, Plan } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { type Cli, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { confirm } from '../confirm.ts'
import { describeConflicts, howToSettle } from '../conflicts/describe-conflict.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { jsonLine } from '../output.ts'
import { deploy, type Ending, endOfPlan, NOTHING_DONE } from './deploy.ts'
import { describePlan } from './describe-plan.ts'
import { describeAccepted, describeEnding, describeFailure, reportOf } from './report.ts'
import { createScreen } from './screen.ts'

export interface Change {
  readonly project: string
  /** What the plan is of; none where it only removes. */
  readonly specs: readonly ServiceSpec[]
  readonly plan: Plan
  /** After "whether to": `deploy shop`. */
  readonly what: string
  /** Once it is done: `shop is deployed`. */
  readonly done: string
  /** A better error for this ending, where the command knows one. */
  readonly errorOf?: (ending: Ending) => CoterieError | null
}

interface ChangeOptions {
  readonly yes?: boolean
  readonly plan?: boolean
  readonly detach?: boolean
  readonly ifRevision?: boolean
  readonly timeout?: number
}

/** A large image over a slow line; what takes longer goes on without somebody watching. */
const TIMEOUT_SECONDS = 300

/** The options that each of these commands has. */
export const changeOptions = (command: Command): Command =>
  command
    .option('-y, --yes', 'do not ask')
    .option('--plan', 'only show what would change and where it would run')
    .option('-d, --detach', 'do not wait until it is done')
    .option('--if-revision', 'refuse it if somebody else changes a service between the plan and the change')
    .option('--timeout <seconds>', `how long to wait until it is done (default: ${TIMEOUT_SECONDS})`, seconds)

/** @throws what keeps it from being done, with its exit code */
export const changeServices = async (
  command: Command,
  cli: Cli,
  client: Client,
  { project, specs, plan, what, done, errorOf }: Change,
): Promise<void> => {
  const options = command.opts<ChangeOptions>()
  const json = wantsJson(command)
  if (!json) cli.stdout.write(describePlan(plan, cli.stdout))
  const begin = async (): Promise<Ending> => {
    if (plan.changes.every(({ action }) => action === 'unchanged'))
      return { ...NOTHING_DONE, outcome: 'unchanged' }
    if (options.plan) return endOfPlan(plan)
    await confirm(command, cli, { what, yes: options.yes === true })
    return untilInterrupted((signal) =>
      deploy(client, {
        project,
        specs,
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
  const conflicts = await conflictsOf(client, ending)
  if (json) cli.stdout.write(jsonLine(reportOf(project, plan, ending, conflicts)))
  else {
    cli.stderr.write(describeAccepted(ending))
    cli.stderr.write(ending.failures.map(describeFailure).join(''))
    if (conflicts.length > 0) cli.stderr.write(describeConflicts(conflicts) + howToSettle(conflicts))
    cli.stdout.write(await describeEnding(client, done, ending))
  }
  const error = errorOf?.(ending) ?? ending.error
  if (error !== null) throw error
  if (ending.outcome === 'left') {
    cli.stderr.write(`coterie: ${project} goes on without this command. Look again with coterie ps.\n`)
    process.exitCode = INTERRUPTED
  }
}

/** The edits of the same services that lost, or against which this one did; none where that cannot be asked any more. */
const conflictsOf = async (client: Client, { revisions }: Ending): Promise<Conflict[]> => {
  if (revisions.length === 0) return []
  const { conflicts } = await client.call('GET /v1/conflicts').catch(() => ({ conflicts: [] }))
  return conflicts.filter((conflict) => revisions.some(({ object }) => object === conflict.object))
}

const seconds = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new CoterieError('usageWrong', { detail: '--timeout takes a whole number of seconds' })
}
