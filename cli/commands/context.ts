import { SETTINGS } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { contextFileIn, entriesOf, LOCAL, readContexts, writeContexts } from '../contexts/context-file.ts'
import { loginAt, loginFileIn } from '../login/login-file.ts'
import { jsonLine, table } from '../output.ts'
import { fetchRoot } from '../trust/fetch-root.ts'
import { keepRoot } from '../trust/kept-roots.ts'

/** Machines of one context: of a mesh, those that have the API open to others. */
const ENTRIES_MAX = 16

interface AddOptions {
  readonly fingerprint?: string
  readonly use?: boolean
}

export const contextAdd: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'what to call it: lower case letters, digits and inner hyphens')
    .argument('<url...>', 'where its machines answer, in the order in which they are asked')
    .option('--use', 'commands ask there from now on')
    .option(
      '--fingerprint <sha256>',
      "that of the mesh's root, as coterie root show has it: commands trust it from now on",
    )
    .addHelpText(
      'after',
      `
A context is a mesh as this user enters it, from a machine that may be no member: any of its machines will do, and where one
is dead, the next is asked. Log in with coterie login; the tokens are kept apart, and shown to none but these machines.

Examples:
  coterie context add home https://attic.local:8080 https://cellar.local:8080 --fingerprint 3f2a... --use
  coterie login --user ada
  coterie ps`,
    )
    .action(async (name: string, given: string[], { fingerprint, use = false }: AddOptions) => {
      const { values } = await settingsOf(command, cli)
      const path = contextFileIn(values.configDir)
      const contexts = await readContexts(path)
      const context = checked(SETTINGS.nodeName.kind.read(name, ''), name)
      if (context === LOCAL || Object.hasOwn(contexts.entries, context))
        throw new CoterieError('contextTaken', { context })
      if (given.length > ENTRIES_MAX)
        throw new CoterieError('usageWrong', { detail: `a context has at most ${ENTRIES_MAX} entries` })
      const urls = given.map((url) => checked(SETTINGS.api.kind.read(url, ''), url) as string)
      if (fingerprint !== undefined)
        await keepRoot(values.configDir, await fetchRoot(urls[0] as string, fingerprint))
      const current = use ? context : contexts.current
      await writeContexts(path, { current, entries: { ...contexts.entries, [context]: urls } })
      const next = use
        ? 'Commands ask there now.'
        : `Commands ask there with --context ${context}, or after coterie context use ${context}.`
      cli.stdout.write(
        wantsJson(command) ? jsonLine({ context, entries: urls, current }) : `Added ${context}. ${next}\n`,
      )
    })
}

/** @throws `usageWrong` */
const checked = <Value>(
  read: { readonly value: Value } | { readonly complaint: string },
  text: string,
): Value => {
  if ('value' in read) return read.value
  throw new CoterieError('usageWrong', { detail: `${text} cannot be used: ${read.complaint}` })
}

export const contextLs: CommandModule = (command, cli) => {
  command
    .option('-q, --quiet', 'only the names')
    .addHelpText(
      'after',
      `
The star marks where commands ask that say nothing else. local is the daemon of this machine.

Examples:
  coterie context ls
  coterie context ls --json | jq -r .current`,
    )
    .action(async ({ quiet = false }: { quiet?: boolean }) => {
      const { values } = await settingsOf(command, cli)
      const contexts = await readContexts(contextFileIn(values.configDir))
      const { current, entries } = contexts
      const names = [LOCAL, ...Object.keys(entries).sort()]
      if (wantsJson(command)) cli.stdout.write(jsonLine(contexts))
      else if (quiet) cli.stdout.write(names.map((name) => `${name}\n`).join(''))
      else {
        const logins = loginFileIn(values.configDir)
        const rows = names.map(async (name) => {
          const urls = entries[name] ?? []
          const found = await Promise.all(urls.map((url) => loginAt(logins, url)))
          const users = new Set(found.flatMap((login) => login?.user ?? []))
          const star = name === (current ?? LOCAL) ? '*' : ''
          return [`${name}${star}`, urls.join(' ') || values.socket, [...users].join(' ') || '-']
        })
        cli.stdout.write(table(['NAME', 'ENTRIES', 'LOGGED IN AS'], await Promise.all(rows), cli.stdout))
      }
    })
}

export const contextUse: CommandModule = (command, cli) => {
  command
    .argument('<context>', 'as coterie context ls names it; local is the daemon of this machine')
    .addHelpText('after', '\nExamples:\n  coterie context use home\n  coterie context use local')
    .action(async (context: string) => {
      const { values } = await settingsOf(command, cli)
      const path = contextFileIn(values.configDir)
      const contexts = await readContexts(path)
      if (context !== LOCAL) entriesOf(contexts, context)
      const current = context === LOCAL ? null : context
      await writeContexts(path, { ...contexts, current })
      cli.stdout.write(wantsJson(command) ? jsonLine({ current }) : `Commands ask ${context} now.\n`)
    })
}

export const contextRm: CommandModule = (command, cli) => {
  command
    .argument('<context>', 'as coterie context ls names it')
    .addHelpText(
      'after',
      '\nLogins stay: end them first, with coterie logout.\n\nExample:\n  coterie context rm home',
    )
    .action(async (context: string) => {
      const { values } = await settingsOf(command, cli)
      const path = contextFileIn(values.configDir)
      const contexts = await readContexts(path)
      entriesOf(contexts, context)
      const { [context]: _, ...entries } = contexts.entries
      const current = contexts.current === context ? null : contexts.current
      await writeContexts(path, { current, entries })
      cli.stdout.write(wantsJson(command) ? jsonLine({ current, entries }) : `Removed ${context}.\n`)
    })
}
