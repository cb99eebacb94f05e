/** How a rehearsal is said. */
import type { FaultKind, Step } from '../../protocols/control/index.ts'
import { plain } from '../output.ts'

/** Columns of running text: a chain of causes is read, not scanned. */
const WIDTH = 110

/** `30.0s`, as it is typed: an hour at most, and compared more than read. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)}s`

/** `30.0s to 38.0s`, or to the end. */
export const spanOf = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number | null }): string =>
  `${seconds(fromMs)} to ${toMs === null ? 'the end' : seconds(toMs)}`

/** A share that is not all is never rounded to it. */
export const percent = (share: number): string =>
  share === 1 ? '100 %' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`

export const memory = (megabytes: number): string =>
  megabytes % 1024 === 0 ? `${megabytes / 1024} GB` : `${megabytes} MB`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** Text on lines of `WIDTH` columns; the first begins with `first`, the others with `rest`. */
export const wrapped = (text: string, first = '', rest = first): string => {
  const lines: string[] = []
  let line = first
  let isBegun = false
  for (const word of text.split(' ')) {
    if (isBegun && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = rest + word
    } else {
      line += `${isBegun ? ' ' : ''}${word}`
    }
    isBegun = true
  }
  return `${[...lines, line].join('\n')}\n`
}

/** What a fault did. */
export const faultWords = (kind: FaultKind, who: readonly string[]): string => {
  const many = who.length > 1
  if (kind === 'kill')
    return `the ${many ? 'plugs' : 'plug'} of ${listed(who)} ${many ? 'were' : 'was'} pulled`
  if (kind === 'partition') return `${listed(who)} ${many ? 'were' : 'was'} cut off`
  return `${listed(who)} stood still`
}

/** One link of a chain of causes. */
export const stepWords = ({ type, node, detail, atMs }: Step): string => {
  const at = seconds(atMs)
  const why = detail === null ? '' : ` (${plain(detail)})`
  switch (type) {
    case 'written':
      return `deployed at ${at}`
    case 'kill':
    case 'partition':
    case 'pause':
      return `${faultWords(type, [node ?? 'its node'])} at ${at}`
    case 'exited':
      return `its program ended on ${node} at ${at}${why}`
    case 'stopped':
      return `stopped on ${node} at ${at}${why}`
    case 'accepted':
      return `accepted at ${at}`
    case 'dead':
      return `${node} was declared dead at ${at}`
    case 'seen':
      return `${node}, who led, learned of it at ${at}`
    case 'unled':
      return `nobody of the rest could decide from ${at}`
    case 'held':
      return `nothing moves from ${at}, for more than half of the nodes are dead`
    case 'leader':
      return `${node} led from ${at}`
    case 'waiting':
      return `waited from ${at}${why}`
    case 'assigned':
      return `given to ${node} at ${at}`
    case 'pulled':
      return `its image was there at ${at}`
    case 'ran':
      return `ran on ${node} at ${at}`
    case 'back':
      return `back on ${node} at ${at}`
  }
}

/** Steps as one line that may be long. */
export const chainWords = (steps: readonly Step[]): string => steps.map(stepWords).join(' -> ')
