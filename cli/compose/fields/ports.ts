import type { PortSpec } from '../../../protocols/spec/index.ts'
import type { Value } from '../../yaml.ts'
import { leftOut, type Notes } from '../notes.ts'
import { readInteger, readText } from './text.ts'

const PORT_MAX = 65_535
const LONG_KEYS = ['target', 'published', 'protocol']
/** `[[address:]published:]target[/protocol]`, without ranges. */
const SHORT = /^(?:(?:(\[[0-9a-fA-F:]+\]|[0-9.]+|):)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/

const isPort = (number: number): boolean => Number.isInteger(number) && number >= 1 && number <= PORT_MAX

const readShort = (value: Value, where: string, notes: Notes): PortSpec | null => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const match = SHORT.exec(text.trim())
  const target = Number(match?.[3])
  const published = match?.[2] === undefined || match[2] === '' ? null : Number(match[2])
  if (match === null || !isPort(target) || (published !== null && !isPort(published))) {
    const range = /\d-\d/.test(text) ? '; ranges are not honoured' : ''
    notes.problem(
      value.place,
      where,
      `"${text}" is not a port; write TARGET, PUBLISHED:TARGET or PUBLISHED:TARGET/udp${range}`,
    )
    return null
  }
  if (match[1] !== undefined && match[1] !== '') {
    notes.warning(
      value.place,
      where,
      `the address ${match[1]} is not honoured; the port is published on every address`,
    )
  }
  return { target, published, protocol: match[4] === 'udp' ? 'udp' : 'tcp' }
}

const readLong = (value: Value, where: string, notes: Notes): PortSpec | null => {
  const entries = new Map((value.entries() ?? []).map((entry) => [entry.key, entry]))
  for (const { key, keyPlace } of entries.values()) {
    if (!LONG_KEYS.includes(key)) notes.warning(keyPlace, `${where}.${key}`, leftOut(key, LONG_KEYS))
  }
  const integer = (key: string) => {
    const entry = entries.get(key)
    return entry === undefined ? null : readInteger(entry.value, `${where}.${key}`, 1, PORT_MAX, notes)
  }
  if (!entries.has('target')) notes.problem(value.place, where, 'target is missing')
  const target = integer('target')
  const published = integer('published')
  const protocolAt = entries.get('protocol')
  const protocol = protocolAt === undefined ? 'tcp' : readText(protocolAt.value, `${where}.protocol`, notes)
  if (protocol !== null && protocol !== 'tcp' && protocol !== 'udp') {
    notes.problem(protocolAt?.value.place ?? value.place, `${where}.protocol`, 'tcp or udp is expected')
    return null
  }
  return target === null || protocol === null ? null : { target, published, protocol }
}

/** `ports`: each in its short or its long form. */
export const readPorts = (value: Value, where: string, notes: Notes): PortSpec[] => {
  const items = value.items()
  if (items === null) {
    if (value.data !== null) notes.problem(value.place, where, 'a list is expected')
    return []
  }
  return items.flatMap((item, at) => {
    const port = (item.entries() === null ? readShort : readLong)(item, `${where}[${at}]`, notes)
    return port === null ? [] : [port]
  })
}

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
