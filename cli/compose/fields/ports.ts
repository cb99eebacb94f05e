import type { PortSpec } from '../../../protocols/spec/index.ts'
import type { Value } from '../../yaml.ts'
import { leftOut, type Notes } from '../notes.ts'
import { entriesOf, isNull, textOf, valueAt } from '../tree.ts'
import { readInteger, readText } from './text.ts'

const PORT_MAX = 65_535
const LONG_KEYS = ['target', 'published', 'protocol', 'host_ip', 'mode']

const readPort = (value: Value, where: string, notes: Notes): PortSpec | null => {
  if (value.kind !== 'mapping') return refuseShort(value, where, notes)
  const entries = entriesOf(value)
  for (const [key, { keyPlace }] of entries)
    if (!LONG_KEYS.includes(key)) notes.warning(keyPlace, `${where}.${key}`, leftOut(key, LONG_KEYS))
  const integer = (key: string) => {
    const entry = entries.get(key)
    return entry === undefined ? null : readInteger(entry.value, `${where}.${key}`, 1, PORT_MAX, notes)
  }
  if (!entries.has('target')) notes.problem(value.place, where, 'target is missing')
  const target = integer('target')
  const published = isRange(value) ? refuseRange(value, where, notes) : integer('published')
  const protocolAt = entries.get('protocol')
  const protocol = protocolAt === undefined ? 'tcp' : readText(protocolAt.value, `${where}.protocol`, notes)
  if (protocol !== null && protocol !== 'tcp' && protocol !== 'udp') {
    notes.problem(protocolAt?.value.place ?? value.place, `${where}.protocol`, 'tcp or udp is expected')
    return null
  }
  const mode = readMode(value, where, notes)
  const address = readAddress(value, where, notes)
  if (target === null || protocol === null || mode === null) return null
  if (published === null) return { target, published, protocol }
  return { target, published, protocol, mode, ...(address !== null && { address }) }
}

const readMode = (port: Value, where: string, notes: Notes): 'ingress' | 'host' | null => {
  const given = valueAt(port, 'mode')
  if (given === undefined) return 'ingress'
  const mode = readText(given, `${where}.mode`, notes)
  if (mode === 'ingress' || mode === 'host') return mode
  if (mode !== null) notes.problem(given.place, `${where}.mode`, 'ingress or host is expected')
  return null
}

/** Addresses that stand for all. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
const IPV6 = /^[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]*$/i

const readAddress = (port: Value, where: string, notes: Notes): string | null => {
  const given = valueAt(port, 'host_ip')
  const address = given === undefined ? null : readText(given, `${where}.host_ip`, notes)
  if (given === undefined || address === null || EVERY_ADDRESS.has(address)) return null
  const bare = address.replace(/^\[(.*)\]$/, '$1')
  if (IPV4.test(bare) || IPV6.test(bare)) return bare
  notes.problem(given.place, `${where}.host_ip`, `"${address}" is not an IP address`)
  return null
}

/** A short form that stands for no ports. */
const refuseShort = (value: Value, where: string, notes: Notes): null => {
  const text = readText(value, where, notes)
  if (text !== null)
    notes.problem(
      value.place,
      where,
      `"${text}" is not a port; write TARGET, PUBLISHED:TARGET or PUBLISHED:TARGET/udp; ranges are of one length`,
    )
  return null
}

const isRange = (port: Value): boolean => /^\d+-\d+$/.test(textOf(valueAt(port, 'published')) ?? '')

const refuseRange = (port: Value, where: string, notes: Notes): null => {
  const { place } = valueAt(port, 'published') ?? port
  notes.problem(place, where, 'a range of published ports for one target is not honoured; name one of them')
  return null
}

/** `ports`, each once. */
export const readPorts = (value: Value, where: string, notes: Notes): PortSpec[] => {
  if (value.kind !== 'list') {
    if (!isNull(value)) notes.problem(value.place, where, 'a list is expected')
    return []
  }
  const places = new Map<string, Value['place']>()
  return value.items.flatMap((item, at) => {
    const port = readPort(item, `${where}[${at}]`, notes)
    if (port === null) return []
    const name = nameOf(port)
    const first = places.get(name)
    places.set(name, first ?? item.place)
    if (first === undefined) return [port]
    notes.problem(
      item.place,
      `${where}[${at}]`,
      `${name} is already there, in ${first.file}:${first.line}:${first.column}`,
    )
    return []
  })
}

/** What one service has once: a published port, or one that is not published. */
const nameOf = ({ target, published, protocol }: PortSpec): string =>
  published === null ? `the port ${target}/${protocol}` : `the published port ${published}/${protocol}`

/** `expose`: ports that only the mesh reaches. */
export const readExpose = (value: Value, where: string, notes: Notes): PortSpec[] =>
  readPorts(value, where, notes).map((port) => ({ ...port, published: null }))

/** `ports` and `expose` together, a target once. */
export const joinPorts = (published: readonly PortSpec[], exposed: readonly PortSpec[]): PortSpec[] => [
  ...published,
  ...exposed.filter(
    (port) => !published.some(({ target, protocol }) => target === port.target && protocol === port.protocol),
  ),
]
