import type { Mapping, Value } from '../../../yaml.ts'
import { mapEntries, partsOf, scalarOf, textOf, valueAt } from '../../tree.ts'

/** A path of a file as seen from the folder that paths of that file begin at. */
export type Rebase = (path: string) => string

const PROPAGATIONS = ['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate']
const CONSISTENCIES = ['cached', 'delegated', 'consistent']

/** `[source:]target[:options]` in its long form (Compose Specification, chapter 5, `volumes`). */
export const volumesForm = (value: Value, rebase: Rebase): Value =>
  value.kind === 'list' ? { ...value, items: value.items.map((item) => longVolume(item, rebase)) } : value

const longVolume = (item: Value, rebase: Rebase): Value => {
  if (item.kind === 'mapping') return rebasedSource(item, rebase)
  const parts = textOf(item)?.split(':') ?? []
  const [source, target, options = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  const details = optionsOf(options)
  if (!target?.startsWith('/') || parts.length > 3 || details === null) return item
  const isBind = source !== undefined && /^[./~]/.test(source)
  const { bind, volume, ...others } = details
  const long = partsOf(
    {
      type: isBind ? 'bind' : 'volume',
      source,
      target,
      ...others,
      bind: bind && partsOf(bind, item.place),
      volume: volume && partsOf(volume, item.place),
    },
    item.place,
  )
  return { ...rebasedSource(long, rebase), tag: item.tag }
}

interface Options {
  readonly read_only?: true
  readonly consistency?: string
  readonly bind?: Readonly<Record<string, string>>
  readonly volume?: Readonly<Record<string, true>>
}

/** Null where one of them is unknown. */
const optionsOf = (text: string): Options | null => {
  let options: Options = {}
  for (const option of text.split(',')) {
    if (option === 'ro') options = { ...options, read_only: true }
    else if (option === 'z' || option === 'Z')
      options = { ...options, bind: { ...options.bind, selinux: option } }
    else if (PROPAGATIONS.includes(option))
      options = { ...options, bind: { ...options.bind, propagation: option } }
    else if (CONSISTENCIES.includes(option)) options = { ...options, consistency: option }
    else if (option === 'nocopy') options = { ...options, volume: { nocopy: true } }
    else if (option !== '' && option !== 'rw') return null
  }
  return options
}

/** A path that begins with a dot goes on doing so: without it, it would be the name of a volume. */
const rebasedSource = (mount: Mapping, rebase: Rebase): Mapping => {
  const isBind = textOf(valueAt(mount, 'type')) === 'bind'
  return mapEntries(mount, (value, key) => {
    const path = textOf(value)
    if (!isBind || key !== 'source' || path === null || /^[/~]/.test(path)) return value
    const rebased = rebase(path)
    return scalarOf(/^[./]/.test(rebased) ? rebased : `./${rebased}`, value.place)
  })
}

/** `source[:target[:permissions]]` of a device, or the name of one (CDI), in its long form. */
export const devicesForm = (value: Value): Value =>
  value.kind === 'list' ? { ...value, items: value.items.map(longDevice) } : value

const longDevice = (item: Value): Value => {
  const parts = textOf(item)?.split(':') ?? []
  const [source, target = source, permissions = 'rwm'] = parts
  if (!source?.startsWith('/') || parts.length > 3) return item
  return { ...partsOf({ source, target, permissions }, item.place), tag: item.tag }
}

/** The name of a secret or of a config as the mount that it stands for. */
export const grantsForm = (value: Value): Value =>
  value.kind === 'list'
    ? {
        ...value,
        items: value.items.map((item) => {
          const source = textOf(item)
          return source === null ? item : { ...partsOf({ source }, item.place), tag: item.tag }
        }),
      }
    : value

/** What makes two mounts one in merging: where they appear in the container (chapter 13, "Unique resources"). */
export const mountKey = (mount: Value): string | null =>
  mount.kind === 'mapping' ? textOf(valueAt(mount, 'target') ?? valueAt(mount, 'source')) : textOf(mount)
