import type { Rehearsal, Reign, Wait } from '../../protocols/control/index.ts'
import { plain, table } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { cut } from './describe-service.ts'
import { listed, seconds, spanOf, wrapped } from './words.ts'

/** Who led, when nobody did, and who voted at the end. */
export const describeMesh = ({ leaders, voters }: Rehearsal): string => {
  const rows = visible(leaders).map(({ node, term, fromMs, toMs }) => [
    `  ${seconds(fromMs)}`,
    toMs === null ? 'the end' : seconds(toMs),
    node ?? 'nobody',
    node === null ? '-' : String(term),
  ])
  const voting = voters.length === 1 ? `${voters[0]} alone votes.` : `${listed(voters)} vote.`
  return `The mesh\n${table(['  FROM', 'TO', 'LEADER', 'TERM'], rows)}  In the end ${voting}\n`
}

/** Without what is over within the digits that are printed: who wakes up as a leader of long ago is none after a moment. */
const visible = (leaders: readonly Reign[]): Reign[] => {
  const shown: Reign[] = []
  for (const reign of leaders) {
    if (reign.toMs !== null && seconds(reign.fromMs) === seconds(reign.toMs)) continue
    const before = shown.at(-1)
    if (before?.node === reign.node && before.term === reign.term)
      shown[shown.length - 1] = { ...before, toMs: reign.toMs }
    else shown.push(reign)
  }
  return shown
}

/** What waited for what; those that waited alike in one line. */
export const describeWaits = (waits: readonly Wait[]): string => {
  if (waits.length === 0) return ''
  const alike = Map.groupBy(waits, ({ slot: _slot, node: _node, ...wait }) => JSON.stringify(wait))
  return `What waited\n${cut([...alike.values()], describeWait).join('')}`
}

const describeWait = (alike: readonly Wait[]): string => {
  const { object, for: what, detail, ...span } = alike[0] as Wait
  const slots = alike.flatMap(({ slot }) => (slot === null ? [] : [String(slot)]))
  const nodes = alike.flatMap(({ node }) => (node === null ? [] : [node]))
  const who = object === null ? listed(nodes) : [labelOf(object), listed(slots)].join(' ').trim()
  const reason = { majority: 'for a majority:', place: 'for a place:', image: 'for the image' }[what]
  return wrapped(`${spanOf(span)}: ${who} waited ${reason} ${plain(detail)}`, '  ', '    ')
}

/** What nobody should read into it. */
export const MODEL = wrapped(
  'Scheduler, consensus, membership and agent are those of the daemon; every node runs containers. Not played are what the programs do, registries, slow or lossy links, full disks, the memory that programs use, and ports that others hold; times of real machines differ.',
)
