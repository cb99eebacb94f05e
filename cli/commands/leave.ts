import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Leave } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { confirm } from '../confirm.ts'
import { jsonLine } from '../output.ts'

/** Leaving hands leadership over, waits for a decision of the mesh, and ends what runs here. */
const LEAVE_MS_MAX = 120_000

/** The daemon ends a second after its answer, and closes everything before it deletes. */
const PURGE_MS_MAX = 30_000
const LOOK_AGAIN_MS = 100

interface LeaveOptions {
  readonly purge?: boolean
  readonly yes?: boolean
}

export const leave: CommandModule = (command, cli) => {
  command
    .option('--purge', "delete Coterie's files in the data directory, the keys of this machine among them")
    .option('-y, --yes', 'with --purge: do not ask')
    .addHelpText(
      'after',
      `
Tasks of this machine move elsewhere, it leaves the voters, and its identity never returns. To stop it for a
while only, end the daemon: it stays a member. What it was is set aside in its data directory; with --purge it is deleted, and
so is the directory if nothing else is in it. Images and volumes of Docker stay. docs/removing.md tells how to remove the rest.

Examples:
  coterie leave
  coterie leave --purge`,
    )
    .action(async ({ purge = false, yes = false }: LeaveOptions) => {
      const client = clientOf(command, cli)
      if (purge) await confirm(command, cli, { what: await purgeInWords(client), yes })
      const answer = await client.call('POST /v1/leave', { body: { purge } }, { timeoutMs: LEAVE_MS_MAX })
      const isHere = (await settingsOf(command, cli)).values.api === null
      const remains = purge && isHere ? await untilPurged(answer) : []
      cli.stdout.write(
        wantsJson(command) ? jsonLine(answer) : leftInWords(answer, { purge, isHere, remains }),
      )
      if (remains.length > 0) process.exitCode = 1
    })
}

/** What a person says yes to. */
const purgeInWords = async (client: Client): Promise<string> => {
  const { node, mesh, members } = await client.call('GET /v1/status')
  const { keyHere } = await client.call('GET /v1/root')
  const { settings } = await client.call('GET /v1/config')
  const dataDir = settings.find(({ name }) => name === 'data-dir')?.value
  const alone = Object.values(members).reduce((sum, count) => sum + count, 0) === 1
  return [
    `take ${node.name} out of the mesh ${mesh.name} for good and delete its keys and its store in ${dataDir}`,
    ...(alone ? ['with it the mesh ends, for it is the last machine'] : []),
    ...(keyHere && !alone ? ["the key of the mesh's root is among them: coterie root export keeps it"] : []),
  ].join('; ')
}

/** Waits for the daemon's end; gives what is still there then. */
const untilPurged = async ({ dataDir, removes }: Leave): Promise<string[]> => {
  const remaining = () => removes.filter((name) => existsSync(join(dataDir, name)))
  for (let waitedMs = 0; waitedMs < PURGE_MS_MAX && remaining().length > 0; waitedMs += LOOK_AGAIN_MS)
    await pause(LOOK_AGAIN_MS)
  return remaining()
}

interface Purged {
  readonly purge: boolean
  readonly isHere: boolean
  readonly remains: readonly string[]
}

const leftInWords = (answer: Leave, { purge, isHere, remains }: Purged): string => {
  const { mesh, dataDir, tasksLeft, removes, leaves } = answer
  const lines = [
    `This machine has left the mesh ${mesh}; its daemon stops.`,
    ...(tasksLeft.length > 0 ? [`Still there, end them by hand: ${tasksLeft.join(', ')}`] : []),
  ]
  if (!purge) return `${lines.join(' ')} To come back as a new node, start it with an empty --data-dir.\n`
  const gone = removes.filter((name) => !remains.includes(name))
  return `${[
    ...lines,
    `${isHere ? 'Removed from' : 'It removes from'} ${dataDir}: ${gone.join(', ') || 'nothing'}`,
    ...(remains.length > 0 ? [`Not removed yet, see the daemon's log: ${remains.join(', ')}`] : []),
    ...(leaves.length > 0 ? [`Left there, for it is not Coterie's: ${leaves.join(', ')}`] : []),
  ].join('\n')}\n`
}
