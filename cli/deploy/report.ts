/** How a deployment ended, for people and for programs. */
import type { Plan } from '../../protocols/control/index.ts'
import { errorBody } from '../../protocols/errors/index.ts'
import type { Client } from '../client.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'
import type { Ending, FailedSlot } from './deploy.ts'

/** The one object of `--json`. */
export const reportOf = (project: string, plan: Plan, ending: Ending) => ({
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
  problem: ending.error === null ? null : errorBody(ending.error),
})

/** What is said in the end on standard output, beside the error; the URLs are asked for. */
export const describeEnding = async (
  client: Client,
  project: string,
  { outcome, slots, revisions }: Ending,
): Promise<string> => {
  if (outcome === 'unchanged') return 'Nothing to change.\n'
  if (outcome === 'accepted') return `${project} is accepted. See coterie ps for how it goes.\n`
  if (outcome !== 'up') return ''
  const deployed = new Set(revisions.map(({ object }) => object))
  const { services } = await client.call('GET /v1/services')
  const urls = services.flatMap(({ object, url }) =>
    deployed.has(object) && url !== null ? [`  ${labelOf(object)}  ${url}\n`] : [],
  )
  const running = slots.length === 1 ? 'one slot runs' : `${slots.length} slots run`
  return `${project} is deployed${slots.length === 0 ? '' : `: ${running}`}.\n${urls.join('')}`
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
