/** How a deployment ended, for people and for programs. */
import type { Conflict, Plan } from '../../protocols/control/index.ts'
import { errorBody } from '../../protocols/errors/index.ts'
import type { Client } from '../client.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'
import type { Ending, FailedSlot } from './deploy.ts'

/** The one object of `--json`. */
export const reportOf = (project: string, plan: Plan, ending: Ending, conflicts: readonly Conflict[]) => ({
  project,
  outcome: ending.outcome,
  ...plan,
  revisions: ending.revisions,
  slots: ending.slots.map(({ object, slot, standing, text, task }) => ({
    object,
    slot,
    standing,
    text,
    task: task?.task ?? null,
    node: task?.name ?? null,
  })),
  failures: ending.failures,
  conflicts,
  problem: ending.error === null ? null : errorBody(ending.error),
})

/** What is said in the end on standard output, beside the error; the URLs are asked for. `done`: `shop is deployed`. */
export const describeEnding = async (
  client: Client,
  done: string,
  { outcome, slots, revisions }: Ending,
): Promise<string> => {
  if (outcome === 'unchanged') return 'Nothing to change.\n'
  if (outcome === 'accepted') return 'Accepted. See coterie ps for how it goes.\n'
  if (outcome !== 'up') return ''
  const deployed = new Set(revisions.map(({ object }) => object))
  const { services } = await client.call('GET /v1/services')
  const urls = services.flatMap(({ object, url }) =>
    deployed.has(object) && url !== null ? [`  ${labelOf(object)}  ${url}\n`] : [],
  )
  const up = slots.filter(({ standing }) => standing === 'up').length
  const running = up === 1 ? 'one slot runs' : `${up} slots run`
  return `${done}${up === 0 ? '' : `: ${running}`}.\n${urls.join('')}`
}

/** What to know of revisions though they are accepted. */
export const describeAccepted = ({ revisions }: Pick<Ending, 'revisions'>): string =>
  revisions
    .filter(({ state }) => state === 'accepted')
    .map(({ object, reason }) => (reason === null ? '' : `coterie: ${labelOf(object)}: ${plain(reason)}\n`))
    .join('')

/** The last words of what failed. */
export const describeFailure = ({ slot, node, lines }: FailedSlot): string =>
  lines.length === 0
    ? `${slot} on ${node} wrote nothing.\n`
    : `${slot} on ${node} wrote last:\n${lines.map((line) => `  ${plain(line)}\n`).join('')}`
