import type { Writable } from 'node:stream'
import type { Explanation, NodeVerdict } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, painted, plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { askTaskOrService } from '../task-name.ts'

export const explain: CommandModule = (command, cli) => {
  command
    .argument('<service|task>', 'a service, or one task as coterie ps -q names it')
    .addHelpText(
      'after',
      `
Why its tasks are where they are, as it was decided; and what speaks for and against each node now: for a task, as if it were to
be placed anew, for a service, for one more replica. The same view gives the same answer; the leader decides by the same rules.

Examples:
  coterie explain web
  coterie explain shop.web.0.17
  coterie explain web --json | jq '.nodes[] | select(.rank == null)'`,
    )
    .action(async (name: string) => {
      const client = clientOf(command, cli)
      const { service, task } = await askTaskOrService(client, name)
      const answer = await client.call('GET /v1/services/:project/:name/explain', {
        params: { project: service.project, name: service.name },
        query: task === null ? {} : { slot: task.slot },
      })
      cli.stdout.write(
        wantsJson(command) ? jsonLine(answer) : describe(answer, task?.slot ?? null, cli.stdout),
      )
    })
}

const describe = ({ service, slots, nodes }: Explanation, slot: number | null, stream: Writable): string => {
  const label = labelOf(service)
  const shown = slot === null ? slots : slots.filter((each) => each.slot === slot)
  const decided = shown.map((each) => [
    `${label} ${each.slot}`,
    each.node ?? painted('nowhere', stream),
    plain(each.reason),
  ])
  const asked = slot === null ? `One more replica of ${label}` : `${label} ${slot}, if it were placed now`
  return [
    decided.length === 0
      ? `${label} has no slot.\n`
      : table(['SLOT', 'NODE', 'WHY, AS IT WAS DECIDED'], decided, stream),
    `\n${asked}:\n`,
    table(['NODE', 'CHOICE', 'REPLICAS', 'MB FREE', 'WHY'], nodes.map(rowOf), stream),
  ].join('')
}

const rowOf = ({ name, rank, why, replicas, memoryFreeMb }: NodeVerdict): string[] => [
  name,
  rank === null ? 'no' : String(rank),
  String(replicas),
  String(memoryFreeMb),
  rank === 1 ? 'it would be taken' : plain(why),
]
