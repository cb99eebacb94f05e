import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine } from '../output.ts'

/** Leaving hands leadership over and waits for a decision of the mesh. */
const LEAVE_MS_MAX = 120_000

export const leave: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Tasks of this machine move elsewhere, it leaves the voters, and its identity never returns. To stop it for a
while only, end the daemon: it stays a member.

Examples:
  coterie leave`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call(
        'POST /v1/leave',
        { body: {} },
        { timeoutMs: LEAVE_MS_MAX },
      )
      cli.stdout.write(
        wantsJson(command)
          ? jsonLine(answer)
          : `This machine has left the mesh ${answer.mesh}; its daemon stops. To come back as a new node, start it with an empty --data-dir.\n`,
      )
    })
}
