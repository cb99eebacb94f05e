import { spawn } from 'node:child_process'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { isTerminal, jsonLine } from '../output.ts'
import { qrCode } from '../qr-code.ts'
import { findService, labelOf } from '../service-name.ts'

export const open: CommandModule = (command, cli) => {
  command
    .argument('<service>', 'its name, or project/name where that is ambiguous')
    .option('--print', 'only print the link')
    .addHelpText(
      'after',
      `
Prints the link of a service, on a terminal also as a QR code, and opens it in a browser where there is a screen.
The link works on this machine, wherever the service runs.

Examples:
  coterie open web
  coterie open shop/web --print`,
    )
    .action(async (name: string, { print = false }: { print?: boolean }) => {
      const client = clientOf(command, cli)
      const service = findService((await client.call('GET /v1/services')).services, name)
      const { project, name: called } = service
      const params = { project, name: called }
      const { url } = await client.call('GET /v1/services/:project/:name/url', { params })
      if (wantsJson(command)) cli.stdout.write(jsonLine({ service: labelOf(service), url }))
      else {
        cli.stdout.write(`${url}\n`)
        if (isTerminal(cli.stdout)) cli.stdout.write(await qrCode(url))
      }
      const { DISPLAY, WAYLAND_DISPLAY } = cli.machine.env
      if (!print && (DISPLAY || WAYLAND_DISPLAY)) await browse(url)
    })
}

/** Resolves when a browser was asked, or there is nobody to ask: the link is printed in any case. */
const browse = (url: string): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn('xdg-open', [url], { detached: true, stdio: 'ignore' })
    child.once('spawn', resolve)
    child.once('error', () => resolve())
    child.unref()
  })
