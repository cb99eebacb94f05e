/** What this machine is, read by this process itself. See docs/design/profile.md. */
import type { HardwareProfile, ProfileModule } from '../../protocols/control/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { describeProfile } from '../describe-profile.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { jsonLine } from '../output.ts'

/** Only the node's id is asked of the daemon, and nobody waits for that. */
const ID_MS_MAX = 2_000

export const profile: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Works without a daemon, and as any user. Limits of the control group of this shell count. Storage is the disk that holds the
data directory. What could not be found out is null in the JSON, and "unknown" there says why.

Examples:
  coterie profile
  coterie profile --json | jq -r .classification.node_class
  coterie profile --json | jq -r '.unknown[] | "\\(.field): \\(.reason)"'`,
    )
    .action(async () => {
      const { dataDir, nodeName } = settingsOf(command, cli).values
      const { readProfile }: ProfileModule = await import('../../node/profile/index.ts')
      const read = async (signal: AbortSignal): Promise<HardwareProfile | null> => {
        const node = { id: await idOf(clientOf(command, cli), signal), name: nodeName }
        return readProfile({ dataDir, node, signal }).catch((error: unknown) => {
          if (signal.aborted) return null
          throw error
        })
      }
      const found = await untilInterrupted(read)
      if (found === null) {
        process.exitCode = INTERRUPTED
        return
      }
      cli.stdout.write(wantsJson(command) ? jsonLine(found) : describeProfile(found, cli.stdout))
    })
}

/** The id that the node has in its mesh; only its daemon knows it. */
const idOf = async (client: Client, signal: AbortSignal): Promise<{ value: string } | { reason: string }> => {
  try {
    const { node } = await client.call('GET /v1/status', {}, { timeoutMs: ID_MS_MAX, signal })
    return { value: node.id }
  } catch (error) {
    if (isCoterieError(error, 'daemonUnreachable')) return { reason: 'no daemon runs here' }
    return { reason: 'the daemon here did not tell it' }
  }
}
