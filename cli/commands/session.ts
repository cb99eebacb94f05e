import type { UserSession } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import { loginUrls } from '../contexts/places.ts'
import { accessToken } from '../login/access-token.ts'
import { duration, jsonLine, table } from '../output.ts'

const rowOf =
  (nowMs: number) =>
  (session: UserSession): string[] => [
    session.session,
    `${session.user}${session.own ? ' (you)' : ''}`,
    session.way,
    session.name,
    `${duration(nowMs - session.beganAtMs)} ago`,
    `${duration(nowMs - session.refreshedAtMs)} ago`,
  ]

export const sessionLs: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
An admin sees the sessions of all users, others their own.

Examples:
  coterie session ls
  coterie session ls --json | jq -r '.sessions[] | select(.user == "ada").session'`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/sessions')
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      else if (answer.sessions.length === 0) cli.stdout.write('Nobody is logged in.\n')
      else
        cli.stdout.write(
          table(
            ['SESSION', 'USER', 'BY', 'AT', 'BEGUN', 'REFRESHED'],
            answer.sessions.map(rowOf(Date.now())),
          ),
        )
    })
}

export const sessionRm: CommandModule = (command, cli) => {
  command
    .argument('<session>', 'a session, as coterie session ls names it')
    .addHelpText(
      'after',
      `
It ends at once, here and on every machine that hears of it, also where there is no majority.

Example:
  coterie session rm 0f3c5d9a2b417e68c1d2e3f4a5b60718.1798592000`,
    )
    .action(async (session: string) => {
      const answer = await clientOf(command, cli).call('DELETE /v1/sessions/:session', {
        params: { session },
      })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : `Ended ${session}.\n`)
    })
}

export const sessionToken: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Prints an access token of the login, for other programs. It is good for some minutes, and shown to nobody else.

Example:
  curl -H "Authorization: Bearer $(coterie session token)" http://127.0.0.1:8080/v1/status`,
    )
    .action(async () => {
      const settings = await settingsOf(command, cli)
      const [url] = await loginUrls(settings)
      const token = await accessToken(settings.values, url as string)
      cli.stdout.write(wantsJson(command) ? jsonLine({ access: token }) : `${token}\n`)
    })
}
