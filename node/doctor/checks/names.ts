/** Names that this node goes by or relies on, and whether they lead somewhere. */
import { lookup } from 'node:dns/promises'
import { bad, good, type Verdict, warning } from '../verdict.ts'

export interface NameFacts {
  readonly name: string
  /** Where it stands; null for the machine's own. */
  readonly of: string | null
  /** Empty where it does not resolve. */
  readonly addresses: readonly string[]
}

export const judgeNames = (names: readonly NameFacts[]): Verdict[] => {
  const lost = names.filter(({ addresses }) => addresses.length === 0)
  if (lost.length > 0) return lost.map(judgeLost)
  return [good(names.map(({ name, addresses }) => `${name} is ${addresses.join(' and ')}`).join(', '))]
}

const judgeLost = ({ name, of }: NameFacts): Verdict =>
  of === null
    ? warning(`this machine's own name ${name} does not resolve`, `Add it to /etc/hosts: 127.0.1.1 ${name}`)
    : bad(`${name}, which ${of} names, does not resolve`, `Correct ${of}, or its record in the DNS`)

/** A name server that works answers sooner, also at its second try. */
const LOOKUP_MS_MAX = 3_000

export const measureNames = (names: readonly Pick<NameFacts, 'name' | 'of'>[]): Promise<NameFacts[]> =>
  Promise.all(names.map(async (name) => ({ ...name, addresses: await resolved(name.name) })))

const resolved = async (name: string): Promise<string[]> => {
  const late = Promise.withResolvers<string[]>()
  const timer = setTimeout(() => late.resolve([]), LOOKUP_MS_MAX)
  const found = lookup(name, { all: true }).then(
    (addresses) => [...new Set(addresses.map(({ address }) => address))],
    () => [],
  )
  return Promise.race([found, late.promise]).finally(() => clearTimeout(timer))
}
