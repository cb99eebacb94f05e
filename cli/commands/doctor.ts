/** What is wrong, and what cures it: asked of the daemon, or where none answers looked for here. See docs/design/doctor.md. */
import type { Diagnosis, DoctorModule, Finding } from '../../protocols/control/index.ts'
import type { SettingKey } from '../../protocols/control/settings/index.ts'
import { CoterieError, errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { describeFindings } from '../describe-findings.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { findNode } from '../node-name.ts'
import { jsonLine } from '../output.ts'
import { settingOption } from '../setting-options.ts'

/** Longer than a daemon looks: at a pair it looks from both ends, one after the other. */
const ANSWER_MS_MAX = 60_000

/** What the machine is looked at by, where no daemon tells its own. */
const SETTINGS_USED: readonly SettingKey[] = [
  'discoveryPort',
  'listen',
  'bindInterface',
  'advertise',
  'at',
  'apiPort',
  'gatewayPort',
  'metricsPort',
  'dockerSocket',
  'processes',
]

export const doctor: CommandModule = (command, cli) => {
  command.argument('[A]', 'a member, by name or id').argument('[B]', 'another one')
  for (const key of SETTINGS_USED) command.addOption(settingOption(key))
  command
    .addHelpText(
      'after',
      `
Looks at this node and its connections to all members; with two members at what is between them, from both ends. Where no daemon
answers it looks at the machine alone, by the settings given here. Exit code 1 where anything is bad.

Examples:
  coterie doctor
  coterie doctor attic cellar
  coterie doctor --json | jq -r '.findings[] | select(.result == "bad").fix'`,
    )
    .action(async (a?: string, b?: string) => {
      const client = clientOf(command, cli)
      const look = (signal: AbortSignal): Promise<Diagnosis | null> =>
        (a === undefined
          ? examineHere(client, async () => await settingsOf(command, cli), signal)
          : examinePair(client, a, b, signal)
        ).catch((error: unknown) => {
          if (signal.aborted) return null
          throw error
        })
      const diagnosis = await untilInterrupted(look)
      if (diagnosis === null) {
        process.exitCode = INTERRUPTED
        return
      }
      const { findings } = diagnosis
      cli.stdout.write(wantsJson(command) ? jsonLine(diagnosis) : describeFindings(findings, cli.stdout))
      if (findings.some(({ result }) => result === 'bad')) process.exitCode = 1
    })
}

const examinePair = async (
  client: Client,
  a: string,
  b: string | undefined,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  if (b === undefined || a === b)
    throw new CoterieError('usageWrong', { detail: 'coterie doctor takes two members, or none' })
  const { nodes } = await client.call('GET /v1/nodes', {}, { signal })
  const pair = { a: findNode(nodes, a).id, b: findNode(nodes, b).id }
  return client.call('POST /v1/doctor', { body: { pair } }, { timeoutMs: ANSWER_MS_MAX, signal })
}

const examineHere = async (
  client: Client,
  settings: () => ReturnType<typeof settingsOf>,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  const options = { timeoutMs: ANSWER_MS_MAX, signal }
  try {
    return await client.call('POST /v1/doctor', { body: { pair: null } }, options)
  } catch (error) {
    // One that hangs, or that this user may not ask, holds what the machine would be looked at for.
    if (signal.aborted || !isCoterieError(error, 'daemonUnreachable')) throw error
    const { examineMachine }: DoctorModule = await import('../../node/daemon/doctor.ts')
    const { findings } = await examineMachine({ settings: await settings(), signal })
    return { findings: [withoutDaemon(error), ...findings] }
  }
}

const withoutDaemon = (error: CoterieError): Finding => {
  const { message, next } = errorBody(error)
  const finding = `${message}: this looks at the machine alone`
  return { id: 'daemon', about: null, result: 'warning', finding, fix: next }
}
