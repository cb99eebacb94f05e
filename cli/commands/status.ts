import type { Status } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { duration, jsonLine, plain, roleOf, table } from '../output.ts'

export const status: CommandModule = (command, cli) => {
  command
    .addHelpText(
      'after',
      `
Examples:
  coterie status
  coterie status --json | jq .leader`,
    )
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/status')
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : describe(answer))
    })
}

/** Roles that need a word more. */
const ROLE_NOTES: Partial<Record<Status['role'], string>> = {
  observer: 'observer: its data directory is new or a copy; it votes again once it has caught up',
}

/** What a clock that is off does to edits, and how it is set. */
const describeClock = ({ name, aheadMs }: Status['clocks'][number]): string =>
  aheadMs > 0
    ? `${name}'s is ${duration(aheadMs)} ahead: its edits are dated back to the leader's; run timedatectl set-ntp true there`
    : `${name}'s is ${duration(-aheadMs)} behind: its edits lose against others of the same time; run timedatectl set-ntp true there`

const describeWatchdog = ({ kills, guarded, detail }: Status['watchdog']): string => {
  if (kills.length === 0) return `no exclusive service runs here: ${detail}`
  const means = kills.includes('docker') ? `kills ${detail}` : `kills plain programs only: ${detail}`
  return guarded === 0 ? means : `guards ${guarded}; ${means}`
}

const describeEngine = ({ answers, detail, images, pinned }: Status['engine']): string => {
  if (!answers) return `does not answer, and no container is started here: ${plain(detail ?? 'no reason')}`
  const have = images === 1 ? 'one image' : `${images} images`
  return images === 0 ? 'answers' : `answers; ${have} pulled for the mesh, ${pinned} of them pinned`
}

const describeVersion = ({ present, most, waitsFor }: Status['meshVersion']): string =>
  waitsFor.length === 0
    ? `mesh version ${present}`
    : `mesh version ${present}; it rises to ${most} once ${waitsFor.join(', ')} ${waitsFor.length === 1 ? 'is' : 'are'} updated`

const describeLog = ({
  appliedIndex,
  commitIndex,
  generation,
}: Pick<Status, 'appliedIndex' | 'commitIndex' | 'generation'>): string => {
  const applied = `applied ${appliedIndex} of ${commitIndex} committed`
  return generation > 1
    ? `${applied}, generation ${generation}: coterie quorum lost lists what older ones had`
    : applied
}

const describeReach = ({ direct, relayed, reachable, relays }: Status['reach']): string => {
  const paths = `${direct} ${direct === 1 ? 'member' : 'members'} directly, ${relayed} through another one`
  if (reachable !== false) return paths
  const names = relays.map(({ name }) => name).join(' or ')
  const help =
    names === '' ? 'no member can carry connections to it: open its port' : `the others come through ${names}`
  return `${paths}; not everybody reaches this node: ${help}`
}

/** A row where this node is too old for its mesh. */
const describeHalt = ({ halt }: Status['meshVersion']): string[][] =>
  halt === null
    ? []
    : [
        [
          'halted',
          `entry ${halt.index} is of a newer version (${halt.kind}): update coterie here; what runs here goes on`,
        ],
      ]

/** A row while machines of the LAN may ask to join. */
const describeOpenLan = ({ openLan }: Pick<Status, 'openLan'>): string[][] => {
  if (openLan === null) return []
  const { untilMs, autoApprove, waiting } = openLan
  const how = autoApprove ? 'whoever asks is let in' : `${waiting} waiting, see coterie node requests`
  return [['open LAN', `for ${duration(Math.max(0, untilMs - Date.now()))} more; ${how}`]]
}

const describe = ({ node, mesh, members, ...status }: Status): string =>
  table(
    ['mesh', mesh.name],
    [
      ['node', `${node.name} (${node.id})`],
      ['role', roleOf({ role: ROLE_NOTES[status.role] ?? status.role, edge: status.edge })],
      ['leader', `${status.leaderName ?? status.leader ?? 'none known'}, term ${status.term}`],
      ['log', describeLog(status)],
      ...describeHalt(status.meshVersion),
      [
        'members',
        Object.entries(members)
          .filter(([state, count]) => count > 0 || state === 'alive')
          .map(([state, count]) => `${count} ${state}`)
          .join(', '),
      ],
      ...(status.conflicts === 0
        ? []
        : [['conflicts', `${status.conflicts} open; see coterie conflicts ls`]]),
      ...describeOpenLan(status),
      ...status.clocks.map((clock) => ['clock', describeClock(clock)]),
      ...status.damagedStores.map((path) => [
        'damaged store',
        `${path} was set aside; look at that disk, then delete it`,
      ]),
      ['watchdog', describeWatchdog(status.watchdog)],
      ['engine', describeEngine(status.engine)],
      ['up for', duration(status.uptimeMs)],
      ['version', `${status.version}, ${describeVersion(status.meshVersion)}`],
      ['addresses', status.addresses.join(' ') || 'none'],
      ['reach', describeReach(status.reach)],
    ],
  )
