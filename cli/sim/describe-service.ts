import type { Downtime, Outage, RehearsedService } from '../../protocols/control/index.ts'
import { plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { chainWords, listed, percent, seconds, spanOf, wrapped } from './words.ts'

/** Of long lists only the beginning is printed; `--json` has all. */
const ROWS_MAX = 12

const HEAD = ['SERVICE', 'REPLICAS', 'ALL FROM', 'ANY UP', 'ALL UP', 'OUTAGES', 'LONGEST', 'MOVES']

/** One line for each service. */
export const serviceTable = (services: readonly RehearsedService[], forMs: number): string =>
  table(
    HEAD,
    services.map((service) => {
      const { object, replicas, wholeMs, oneShare, allShare, outages, moves } = service
      if (replicas === 0) return [labelOf(object), '0', '-', '-', '-', '-', '-', '-']
      const longest = Math.max(0, ...outages.map(({ fromMs, toMs }) => (toMs ?? forMs) - fromMs))
      return [
        labelOf(object),
        String(replicas),
        wholeMs === null ? 'never' : seconds(wholeMs),
        percent(oneShare),
        percent(allShare),
        String(outages.length),
        outages.length === 0 ? '-' : seconds(longest),
        String(moves.length),
      ]
    }),
  )

/** How a service fared: how it began, each outage with its causes, moves, and slots that ran twice. */
export const describeService = (service: RehearsedService, forMs: number): string => {
  const { object, replicas, outages, moves, doubles } = service
  if (replicas === 0) return `${labelOf(object)}\n  No replicas are wanted.\n`
  return [
    `${labelOf(object)}\n`,
    wrapped(howItBegan(service), '  '),
    ...(outages.length === 0 ? ['  No outage.\n'] : []),
    ...cut(outages, (outage) => describeOutage(outage, replicas, forMs)),
    ...(moves.length === 0 ? [] : [describeMoves(service)]),
    ...cut(doubles, ({ slot, nodes, ...span }) =>
      wrapped(`Slot ${slot} ran twice at one time, on ${listed(nodes)}, from ${spanOf(span)}.`, '  '),
    ),
  ].join('')
}

const howItBegan = ({ replicas, acceptedMs, wholeMs, beginning }: RehearsedService): string => {
  if (acceptedMs === null) return 'It was never accepted: nobody led who could.'
  const accepted = `Accepted at ${seconds(acceptedMs)}`
  if (wholeMs === null)
    return `${accepted}; ${replicas === 1 ? 'it' : `${replicas} of ${replicas}`} never ran.`
  const last = beginning.find(({ toMs }) => toMs === wholeMs)
  const steps = last?.steps.filter(({ type }) => type !== 'accepted' && type !== 'written') ?? []
  const which = replicas === 1 ? 'ran' : `${replicas} of ${replicas} ran`
  return `${accepted}, ${which} from ${seconds(wholeMs)}${replicas === 1 ? '' : `; slot ${last?.slot} came last`}: ${chainWords(steps)}.`
}

const describeOutage = (outage: Outage, replicas: number, forMs: number): string => {
  const { fromMs, toMs, least, slots } = outage
  const ran = least === 0 ? 'none ran' : `${least} of ${replicas} ran`
  const fewest = replicas === 1 ? '' : `: at worst ${ran}`
  return [
    `  Outage from ${spanOf(outage)} (${seconds((toMs ?? forMs) - fromMs)})${fewest}.\n`,
    ...cut(slots, describeDowntime),
  ].join('')
}

const describeDowntime = ({ slot, steps, toMs }: Downtime): string => {
  const hadRun = steps[0]?.type !== 'written'
  const end = toMs !== null ? '' : ` -> ${hadRun ? 'did not run again' : 'never ran'}`
  return wrapped(`${chainWords(steps)}${end}.`, `    slot ${slot}: `, '      ')
}

const describeMoves = ({ moves }: RehearsedService): string =>
  cut(moves, ({ atMs, slot, from, to, reason }) =>
    wrapped(`Slot ${slot} went from ${from} to ${to} at ${seconds(atMs)}: ${plain(reason)}.`, '  ', '    '),
  ).join('')

/** The first of them, and how many more there are. */
export const cut = <Item>(items: readonly Item[], describe: (item: Item) => string): string[] => {
  const more = items.length - ROWS_MAX
  const shown = items.slice(0, ROWS_MAX).map(describe)
  return more <= 0 ? shown : [...shown, `    and ${more} more; --json tells all of them\n`]
}
