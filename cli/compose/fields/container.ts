/** What the engine is told of a container. */
import type { Container, HostNamespace } from '../../../protocols/spec/index.ts'
import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { type Fields, type Read, readFields, SERVICE_KEYS, said } from '../schema/index.ts'
import { entriesOf, isNull, itemsOf, textOf, valueAt } from '../tree.ts'
import { readBytes, readDuration } from './amounts.ts'
import { readPairs, readTexts } from './lists.ts'
import { readBoolean, readInteger, readText } from './text.ts'

/** True, or nothing: false is what a container is anyway. */
const readOn: Read<true | null> = (value, where, notes) => readBoolean(value, where, notes) || null

/** In capitals, and without the `CAP_` that some write before them. */
const readCapabilities: Read<string[] | null> = (value, where, notes) =>
  readTexts(value, where, notes)?.map((name) => name.toUpperCase().replace(/^CAP_/, '')) ?? null

const readUlimits = (value: Value, where: string, notes: Notes): Container['ulimits'] | null => {
  const limits = [...entriesOf(value)].map(([name, { value: limit }]) => {
    const bound = (key: 'soft' | 'hard') => {
      const at = valueAt(limit, key)
      if (at !== undefined)
        return readInteger(at, `${where}.${name}.${key}`, -1, Number.MAX_SAFE_INTEGER, notes)
      notes.problem(limit.place, `${where}.${name}`, 'a number is expected, or soft: and hard:')
      return null
    }
    return [name, { soft: bound('soft') ?? -1, hard: bound('hard') ?? -1 }] as const
  })
  if (value.kind !== 'mapping' && !isNull(value)) notes.problem(value.place, where, 'a mapping is expected')
  return limits.length === 0 ? null : Object.fromEntries(limits)
}

const readHosts = (value: Value, where: string, notes: Notes): Container['hosts'] | null => {
  if (value.kind !== 'mapping' && !isNull(value))
    notes.problem(value.place, where, 'a mapping or a list of NAME=address is expected')
  const hosts = [...entriesOf(value)].flatMap(([name, { value: said }]) =>
    (said.kind === 'list' ? itemsOf(said) : [said]).flatMap((item) => {
      const address = readText(item, `${where}.${name}`, notes)
      return address === null ? [] : [{ name, address: address.replace(/^\[(.*)\]$/, '$1') }]
    }),
  )
  return hosts.length === 0 ? null : hosts
}

const readLogging = (value: Value, where: string, notes: Notes): Container['logging'] | null => {
  const fields = readFields(value, where, { schema: SERVICE_KEYS, path: 'logging.' }, notes)
  return said({ driver: fields.get('driver', readText), options: fields.get('options', readPairs) }) ?? null
}

/** Names of Coterie's own labels begin so: by them it finds its containers again. */
const OWN_LABELS = 'coterie.'

const readLabels: Read<Record<string, string> | null> = (value, where, notes) => {
  for (const [name, { keyPlace }] of entriesOf(value))
    if (name.startsWith(OWN_LABELS))
      notes.problem(keyPlace, `${where}.${name}`, `labels that begin with ${OWN_LABELS} are Coterie's own`)
  return readPairs(value, where, notes)
}

const readSignal: Read<string | null> = (value, where, notes) => {
  const signal = readText(value, where, notes)?.toUpperCase() ?? null
  return signal === null || /^(SIG|\d)/.test(signal) ? signal : `SIG${signal}`
}

const readHardening: Read<'strict' | null> = (value, where, notes) => {
  if (textOf(value) === 'strict') return 'strict'
  notes.problem(value.place, where, 'strict is expected')
  return null
}

/** A namespace that a service shares with its node; of what else may be meant, nothing is done. */
const readHost =
  (namespace: HostNamespace, others: readonly string[]): Read<HostNamespace | null> =>
  (value, where, notes) => {
    const text = readText(value, where, notes)
    if (text === 'host') return namespace
    if (text !== null && !others.includes(text))
      notes.problem(value.place, where, `host is expected; ${text} is not honoured, so leave it out`)
    return null
  }

/** `own`: what stands at `x-coterie`. */
export const readContainer = (fields: Fields, own: Fields): Container | undefined => {
  const { get } = fields
  const host = [
    own.get('network', readHost('network', [])),
    get('pid', readHost('pid', [])),
    get('ipc', readHost('ipc', ['private', 'shareable'])),
    get('uts', readHost('uts', [])),
  ].filter((namespace) => namespace !== undefined)
  return said({
    user: get('user', readText),
    groups: get('group_add', readTexts),
    workingDir: get('working_dir', readText),
    hostname: get('hostname', readText),
    domainname: get('domainname', readText),
    init: get('init', readBoolean),
    tty: get('tty', readOn),
    stdin: get('stdin_open', readOn),
    readOnly: get('read_only', readOn),
    hardening: own.get('hardening', readHardening),
    privileged: get('privileged', readOn),
    host: host.length === 0 ? undefined : host,
    capAdd: get('cap_add', readCapabilities),
    capDrop: get('cap_drop', readCapabilities),
    securityOptions: get('security_opt', readTexts),
    sysctls: get('sysctls', readPairs),
    ulimits: get('ulimits', readUlimits),
    shmBytes: get('shm_size', readBytes),
    hosts: get('extra_hosts', readHosts),
    dns: get('dns', readTexts),
    dnsOptions: get('dns_opt', readTexts),
    dnsSearch: get('dns_search', readTexts),
    labels: get('labels', readLabels),
    annotations: get('annotations', readPairs),
    logging: get('logging', readLogging),
    stopSignal: get('stop_signal', readSignal),
    stopGraceMs: get('stop_grace_period', readDuration(0)),
  })
}
