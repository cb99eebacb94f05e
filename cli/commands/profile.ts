/** What this machine is, read by this process itself. See docs/design/profile.md. */
import type { HardwareProfile, ProfiledNode, ProfileModule } from '../../protocols/control/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { describeProfile } from '../describe-profile.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { jsonLine } from '../output.ts'

/** The hardware does not need the daemon, so nobody waits long for it. */
const DAEMON_MS_MAX = 2_000

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
      const { dataDir, nodeName } = (await settingsOf(command, cli)).values
      const { readProfile }: ProfileModule = await import('../../node/profile/index.ts')
      const read = async (signal: AbortSignal): Promise<HardwareProfile | null> => {
        const node = await nodeOf(clientOf(command, cli), nodeName, signal)
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

/** Its id in the mesh only its daemon knows, and the name that it was given there. */
const nodeOf = async (client: Client, name: string, signal: AbortSignal): Promise<ProfiledNode> => {
  try {
    const { node } = await client.call('GET /v1/status', {}, { timeoutMs: DAEMON_MS_MAX, signal })
    return { id: { value: node.id }, name: node.name }
  } catch (error) {
    const runs = !isCoterieError(error, 'daemonUnreachable')
    return { id: { reason: runs ? 'the daemon here did not tell it' : 'no daemon runs here' }, name }
  }
}
