import { setTimeout as pause } from 'node:timers/promises'
import type { Rotated, RotationPlan } from '../../protocols/control/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { confirm } from '../confirm.ts'
import { jsonLine } from '../output.ts'

/** Another node may have to take the vote, and what runs here has ten seconds to stop. */
const ROTATE_MS_MAX = 120_000

/** The daemon starts again, follows the log, and takes its name. */
const BACK_MS_MAX = 60_000
const LOOK_AGAIN_MS = 200

const TASKS_NAMED_MAX = 5

export const nodeRotate: CommandModule = (command, cli) => {
  command
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
For a machine whose key may have been seen: it gets another one, under the same name, role, labels and capabilities, and the old one counts no
more. Run it on that machine, or with --api where its API answers. Its daemon starts again by itself; what ran there moves, or stops meanwhile.

Examples:
  coterie node rotate
  coterie node rotate -y --json`,
    )
    .action(async ({ yes = false }: { readonly yes?: boolean }) => {
      const client = clientOf(command, cli)
      const plan = await client.call('GET /v1/rotation')
      if (!wantsJson(command)) cli.stdout.write(planInWords(plan))
      await confirm(command, cli, { what: `give ${plan.node.name} a new key`, yes })
      const rotated = await client.call('POST /v1/rotation', {}, { timeoutMs: ROTATE_MS_MAX })
      // A login there has ended with the key that signed it.
      const isHere = (await settingsOf(command, cli)).values.api === null
      const isBack = isHere && (await comesBack(client, rotated))
      if (wantsJson(command)) cli.stdout.write(jsonLine({ ...rotated, plan, back: isHere ? isBack : null }))
      else cli.stdout.write(rotatedInWords(rotated, plan, isHere ? isBack : null))
      if (isHere && !isBack) process.exitCode = 1
    })
}

const several = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${more}`

/** What would become of what, a line each. */
const planInWords = (plan: RotationPlan): string => {
  const { node, mesh, role, votes, issuing, rootKeyHere, tasks, sessions, tokens } = plan
  const more = tasks.length > TASKS_NAMED_MAX ? ', ...' : ''
  const lines = [
    `It keeps its name, its role (${role}), its labels and capabilities; its id is another one, and the old one never returns.`,
    'Its daemon starts again by itself. Settings, users, Docker volumes and images stay; browsers at its gateway connect again.',
    ...(votes ? ['It votes: another machine takes its vote first.'] : []),
    ...(tasks.length > 0
      ? [
          `${several(tasks.length, 'task runs', 'tasks run')} here, and will elsewhere, or here again: ${tasks.slice(0, TASKS_NAMED_MAX).join(', ')}${more}`,
        ]
      : []),
    ...(issuing === 'goesOn' ? ['It issues certificates, and goes on to, with another key.'] : []),
    ...(issuing === 'noMore' ? [`It will issue certificates no more; ${grantAgain(node.name)}`] : []),
    ...(rootKeyHere ? ["The key of the mesh's root stays here."] : []),
    ...(sessions > 0 ? [`${several(sessions, 'login', 'logins')} that began here: log in again.`] : []),
    ...(tokens > 0
      ? [
          `${several(tokens, 'join token admits', 'join tokens admit')} nobody any more: make others (coterie token create).`,
        ]
      : []),
  ]
  return `${node.name} of the mesh ${mesh} would get a new key:\n${lines.map((line) => `- ${line}\n`).join('')}`
}

const grantAgain = (name: string): string => `where the root's key is: coterie issuer grant ${name}`

/** True once it is a member with its new key and its name, and the old key none. */
const comesBack = async (client: Client, { node, replaced }: Rotated): Promise<boolean> => {
  for (const untilMs = Date.now() + BACK_MS_MAX; Date.now() < untilMs; await pause(LOOK_AGAIN_MS)) {
    const nodes = await client.call('GET /v1/nodes').then(
      (answer) => answer.nodes,
      (error: unknown) => {
        if (isCoterieError(error)) return []
        throw error
      },
    )
    const own = nodes.find(({ id }) => id === node.id)
    if (own?.self === true && own.name === node.name && nodes.every(({ id }) => id !== replaced.id))
      return true
  }
  return false
}

/** `isBack`: null where nobody can ask. */
const rotatedInWords = (
  { mesh, node, replaced, tasksLeft }: Rotated,
  { issuing }: RotationPlan,
  isBack: boolean | null,
): string =>
  [
    ...(isBack === true ? [`${node.name} has a new key: it is ${node.id}, and was ${replaced.id}.`] : []),
    ...(isBack === null
      ? [
          `${node.name} starts again with its new key, as ${node.id}. Log in there again to see it: coterie login.`,
        ]
      : []),
    ...(isBack === false
      ? [
          `${node.name} has a new key, ${node.id}, and is not back in the mesh ${mesh} yet: see its log, and coterie node ls elsewhere.`,
        ]
      : []),
    ...(issuing === 'noMore' ? [`It issues no more; ${grantAgain(node.name)}`] : []),
    ...(tasksLeft.length > 0 ? [`Still there, end them by hand: ${tasksLeft.join(', ')}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
