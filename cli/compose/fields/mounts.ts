/** `volumes` and `tmpfs` of a service: what it sees of disks. */
import { MOUNTS_MAX, type Mount } from '../../../protocols/spec/index.ts'
import { nearestOf } from '../../near-name.ts'
import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { type Fields, type Read, readFields, SERVICE_KEYS, said } from '../schema/index.ts'
import { itemsOf, textOf } from '../tree.ts'
import { readBytes } from './amounts.ts'
import { readList } from './lists.ts'
import { oneOf, readBoolean, readText } from './text.ts'

/** A volume of the document, as services see it. */
export interface Volume {
  /** The name that the engine knows it by already; null for one of the project's own. */
  readonly external: string | null
}

export interface Disks {
  /** Those of the document, by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  /** The whole path of what is written as a relative one, or below `~`. */
  absolute(path: string): string
}

const TARGET_EXPECTED = 'an absolute path in the container is expected'
const COLON = 'a path with a colon in it cannot be mounted'

const readTarget: Read<string | null> = (value, where, notes) => {
  const path = readText(value, where, notes)
  if (path === null || /^\/[^:]*$/.test(path)) return path
  notes.problem(value.place, where, path.includes(':') ? COLON : TARGET_EXPECTED)
  return null
}

const readMount =
  (disks: Disks): Read<Mount | null> =>
  (value, where, notes) => {
    if (value.kind !== 'mapping') {
      const text = readText(value, where, notes)
      if (text !== null)
        notes.problem(value.place, where, `"${text}" is no volume; write SOURCE:TARGET or SOURCE:TARGET:ro`)
      return null
    }
    const fields = readFields(value, where, { schema: SERVICE_KEYS, path: 'volumes[].' }, notes)
    const type = fields.get('type', oneOf('volume', 'bind', 'tmpfs'))
    const target = fields.get('target', readTarget)
    const readOnly = fields.get('read_only', readBoolean) === true ? ({ readOnly: true } as const) : {}
    if (!fields.entries.has('target'))
      notes.problem(value.place, where, `target is missing: ${TARGET_EXPECTED}`)
    if (type === undefined || target === undefined) return null
    if (type === 'tmpfs') return { type, target, ...readOnly, ...optionsOf(fields) }
    return type === 'bind'
      ? readBind(fields, { type, target, ...readOnly }, disks, where, notes)
      : readVolume(fields, { type, target, ...readOnly }, disks, where, notes)
  }

type Begun<Type> = { readonly type: Type; readonly target: string; readonly readOnly?: true }

const PROPAGATIONS = ['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'] as const

const readBind = (
  fields: Fields,
  begun: Begun<'bind'>,
  { absolute }: Disks,
  where: string,
  notes: Notes,
): Mount | null => {
  const written = fields.get('source', readText)
  if (written === undefined) {
    notes.problem(fields.place, where, 'source is missing: a path of the node')
    return null
  }
  const source = absolute(written)
  if (source.includes(':')) notes.problem(fields.place, where, `${COLON}: ${source}`)
  else if (!written.startsWith('/')) {
    const detail = `${written} is ${source} of the node that runs the task, whatever this machine has there`
    notes.warning(fields.place, where, detail)
  }
  const bind = fields.get('bind', (value, at, all) => {
    const within = readFields(value, at, { schema: SERVICE_KEYS, path: 'volumes[].bind.' }, all)
    return said({
      propagation: within.get('propagation', oneOf(...PROPAGATIONS)),
      selinux: within.get('selinux', oneOf('z', 'Z')),
    })
  })
  return { ...begun, source, ...bind }
}

const readVolume = (
  fields: Fields,
  begun: Begun<'volume'>,
  { volumes }: Disks,
  where: string,
  notes: Notes,
): Mount | null => {
  const name = fields.get('source', readText) ?? null
  const noCopy = fields.get('volume', (value, at, all) =>
    readFields(value, at, { schema: SERVICE_KEYS, path: 'volumes[].volume.' }, all).get(
      'nocopy',
      readBoolean,
    ),
  )
  const options = noCopy === true ? ({ noCopy: true } as const) : {}
  if (name === null) return { ...begun, source: null, ...options }
  const volume = volumes.get(name)
  if (volume === undefined) {
    const near = nearestOf(name, [...volumes.keys()])
    const hint = near === null ? 'name it under volumes: of the document' : `did you mean ${near}?`
    notes.problem(fields.place, where, `there is no volume ${name}; ${hint}`)
    return null
  }
  return volume.external === null
    ? { ...begun, source: name, ...options }
    : { ...begun, source: volume.external, external: true, ...options }
}

const optionsOf = (fields: Fields): { options?: string } => {
  const parts = fields.get('tmpfs', (value, at, all) => {
    const within = readFields(value, at, { schema: SERVICE_KEYS, path: 'volumes[].tmpfs.' }, all)
    const size = within.get('size', readBytes)
    const mode = within.get('mode', readMode)
    return [...(size === undefined ? [] : [`size=${size}`]), ...(mode === undefined ? [] : [`mode=${mode}`])]
  })
  return parts === undefined || parts.length === 0 ? {} : { options: parts.join(',') }
}

/** YAML reads `0755` and `0o755` as what they are written as; a plain number counts by tens. */
const readMode: Read<string | null> = (value, where, notes) => {
  const text = textOf(value) ?? ''
  if (/^0o?[0-7]{1,4}$/.test(text)) return text.replace(/^0o?/, '')
  if (/^\d{1,4}$/.test(text)) return Number(text).toString(8)
  notes.problem(value.place, where, 'a mode is expected, such as 0755')
  return null
}

/** `tmpfs: /run:mode=755`. */
const readTmpfs: Read<Mount | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const [, target = '', options] = /^(\/[^:]*)(?::(.+))?$/.exec(text) ?? []
  if (target !== '') return { type: 'tmpfs', target, ...(options !== undefined && { options }) }
  notes.problem(value.place, where, TARGET_EXPECTED)
  return null
}

/** All mounts of a service, each place in the container once. */
export const readMounts = (
  fields: Fields,
  disks: Disks,
  where: string,
  notes: Notes,
): Mount[] | undefined => {
  const mounts = [
    ...(fields.get('volumes', readList(readMount(disks))) ?? []),
    ...(fields.get('tmpfs', readList(readTmpfs)) ?? []),
  ]
  const { place } = (fields.entries.get('volumes') ?? fields.entries.get('tmpfs'))?.value ?? {}
  if (mounts.length > MOUNTS_MAX && place !== undefined)
    notes.problem(place, where, `more than ${MOUNTS_MAX} mounts`)
  for (const [at, { target }] of mounts.entries())
    if (mounts.findIndex((other) => other.target === target) < at && place !== undefined)
      notes.problem(itemsAt(fields, at)?.place ?? place, `${where}.volumes`, `${target} is mounted twice`)
  return mounts.length === 0 ? undefined : mounts
}

const itemsAt = ({ entries }: Fields, at: number): Value | undefined =>
  [...itemsOf(entries.get('volumes')?.value), ...itemsOf(entries.get('tmpfs')?.value)][at]
