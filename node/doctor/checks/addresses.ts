/** Which addresses other nodes are told of, and why these. */
import { networkInterfaces } from 'node:os'
import { namesOf } from '../links/link.ts'
import { isLoopback, placeOf, textOf } from '../place.ts'
import { bad, good, type Verdict, warning } from '../verdict.ts'

export interface AddressFacts {
  readonly told: readonly string[]
  /** Whether others reach this node at these; null while nobody has answered. */
  readonly isReached: boolean | null
  /** Names of those through whom they may where they do not. */
  readonly relays: readonly string[]
  /** Listened on, wildcards expanded. */
  readonly listening: readonly string[]
  /** True where `--advertise` gave those that are told. */
  readonly isGiven: boolean
  /** Hosts that `--listen` asked for, wildcards among them. */
  readonly asked: readonly string[]
  /** Interface -> its addresses. */
  readonly interfaces: ReadonlyMap<string, readonly string[]>
}

export const judgeAddresses = (facts: AddressFacts): Verdict[] => {
  const { told, isGiven, asked } = facts
  if (told.length === 0)
    return [bad('no address is told to other nodes', 'Connect a network, or give --advertise ADDRESS')]
  const found = [told.map((address) => `${textOf(address)} (${whyTold(facts, address)})`).join(', ')]
  const left = leftOut(facts)
  if (left.length > 0) found.push(`not told: ${left.join(', ')}`)
  const isAlone = told.every((address) => isLoopback(placeOf(address).host))
  if (isAlone && !isGiven && !asked.every(isLoopback))
    return [
      warning(
        `${found.join('; ')}: no other machine reaches that`,
        'Connect a network, or give --advertise ADDRESS',
      ),
    ]
  if (facts.isReached !== false) return [good(found.join('; '))]
  const behind = `${found.join('; ')}: not everybody reaches it there`
  if (facts.relays.length > 0) return [good(`${behind}, hence through ${namesOf(facts.relays)} too`)]
  return [
    warning(
      `${behind}, and no member can carry its connections`,
      'Let TCP in here through firewall and router, or have a member that all can dial',
    ),
  ]
}

const whyTold = ({ isGiven, asked, interfaces }: AddressFacts, address: string): string => {
  if (isGiven) return 'given by --advertise'
  const { host } = placeOf(address)
  return asked.includes(host) ? 'given by --listen' : `found on ${interfaceOf(interfaces, host)}`
}

const interfaceOf = (interfaces: AddressFacts['interfaces'], host: string): string =>
  [...interfaces].find(([, hosts]) => hosts.includes(host))?.[0] ?? 'no interface any more'

/** What is listened on beside: loopback goes without saying, and all of it where others were given. */
const leftOut = ({ told, listening, isGiven, interfaces }: AddressFacts): string[] =>
  isGiven
    ? []
    : listening
        .map((address) => placeOf(address).host)
        .filter((host) => !isLoopback(host) && !told.some((address) => placeOf(address).host === host))
        .map((host) => `${host} (on ${interfaceOf(interfaces, host)})`)

export const ownInterfaces = (): AddressFacts['interfaces'] =>
  new Map(
    Object.entries(networkInterfaces()).map(([name, addresses]) => [
      name,
      (addresses ?? []).map(({ address }) => address),
    ]),
  )
