import type { Mapping, Value } from '../../../yaml.ts'
import { partsOf, textOf, valueAt } from '../../tree.ts'

/** Longer than any port as it is written, so that matching stays short. */
const TEXT_MAX = 100
/** Ports that one range stands for: a spec holds far fewer. */
const RANGE_MAX = 1000

/** `[[address:][published]:]target[/protocol]`, ports or ranges of them (Compose Specification, chapter 5, `ports`). */
const SHORT =
  /^(?:(?:(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|[0-9a-fA-F:]+)|):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/([A-Za-z]+))?$/

/** Ports in their long form, each range as its ports; what is no port stays as it is. */
export const portsForm = (value: Value): Value =>
  value.kind === 'list' ? { ...value, items: value.items.flatMap(longPorts) } : value

const longPorts = (item: Value): readonly Value[] => {
  const text = textOf(item)?.trim()
  const match = text === undefined || text.length > TEXT_MAX ? null : SHORT.exec(text)
  if (match === null) return [item]
  const [, bracketed, bare, publishedText, targetText = '', protocol] = match
  const pairs = pairsOf(numbersOf(targetText), publishedText)
  if (pairs === null) return [item]
  return pairs.map(
    ([target, from]): Mapping => ({
      ...partsOf(
        {
          target,
          published: from,
          host_ip: bracketed ?? bare,
          protocol: protocol?.toLowerCase(),
        },
        item.place,
      ),
      tag: item.tag,
    }),
  )
}

type Pair = readonly [target: number, published: string | undefined]

/** A range published for one target lets the engine choose; other ranges go side by side, so they are of one length. */
const pairsOf = (
  targets: readonly number[] | null,
  publishedText: string | undefined,
): readonly Pair[] | null => {
  if (targets === null) return null
  if (publishedText === undefined || targets.length === 1)
    return targets.map((target) => [target, publishedText])
  const published = numbersOf(publishedText)
  if (published?.length !== targets.length) return null
  return targets.map((target, at) => [target, String(published[at])])
}

const numbersOf = (text: string): readonly number[] | null => {
  const [from = 0, to = from] = text.split('-').map(Number)
  const length = to - from + 1
  return length < 1 || length > RANGE_MAX ? null : Array.from({ length }, (_, at) => from + at)
}

/** What makes two ports one in merging: the Compose Specification, chapter 13, "Unique resources". */
export const portKey = (port: Value): string | null =>
  port.kind === 'mapping'
    ? JSON.stringify([
        textOf(valueAt(port, 'host_ip')) ?? '',
        textOf(valueAt(port, 'target')),
        textOf(valueAt(port, 'published')) ?? '',
        textOf(valueAt(port, 'protocol')) ?? 'tcp',
      ])
    : textOf(port)
