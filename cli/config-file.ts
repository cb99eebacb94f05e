/** The configuration file as texts of settings, which the settings' own kinds then judge. See docs/design/settings.md. */
import {
  type ConfigFile,
  type FileEntry,
  type NamedFile,
  SETTING_KEYS,
  SETTINGS,
  type Setting,
  type SettingKey,
} from '../protocols/control/settings/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'
import { nearestOf } from './near-name.ts'
import { plain } from './output.ts'
import { readTrusted } from './trusted-file.ts'
import type { Place, Value } from './yaml.ts'

/** A file written by hand: every setting with a comment takes a tenth of this. */
const CONFIG_BYTES_MAX = 64 * 1024

/** These lead to the file, so it cannot say them. */
const LEADING_HERE: readonly SettingKey[] = ['config', 'configDir']

/**
 * What the file says; null where there is none and none was named.
 * @throws `configFileMissing`, `configFileUnreadable`, `configFileUnsafe`, `configFileInvalid`, `settingUnknown`, `settingInvalid`
 */
export const readConfigFile = async ({ path, namedBy }: NamedFile): Promise<ConfigFile | null> => {
  const text = await readTrusted(path, CONFIG_BYTES_MAX)
  if (text !== null) return { path, entries: await entriesOf(text, path) }
  if (namedBy !== null) throw new CoterieError('configFileMissing', { path, source: namedBy })
  return null
}

const entriesOf = async (text: string, path: string): Promise<Map<SettingKey, FileEntry>> => {
  // Loaded late: a machine without a file starts every command without a YAML library.
  const { readDocument } = await import('./yaml.ts')
  const document = readDocument(text, path, { plain: true })
  const invalid = ({ line, column }: Place, detail: string) =>
    new CoterieError('configFileInvalid', { path, line, column, detail: plain(detail) })
  if (!document.ok) {
    const [first = { file: path, line: 1, column: 1, detail: 'it is no YAML' }] = document.problems
    throw invalid(first, first.detail)
  }
  const { root } = document
  if (root.kind === 'scalar' && root.data === null && root.text === '') return new Map()
  if (root.kind !== 'mapping') throw invalid(root.place, 'it is no mapping of settings to values')
  return new Map(
    [...root.entries].map(([key, { keyPlace, value }]) => {
      const setting = settingOf(key, written(keyPlace))
      const { line, column } = value.place
      return [setting, { text: textOf(SETTINGS[setting], value), line, column }]
    }),
  )
}

const written = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

const settingOf = (name: string, source: string): SettingKey => {
  const known = SETTING_KEYS.filter((key) => !LEADING_HERE.includes(key))
  const found = known.find((key) => SETTINGS[key].name === name)
  if (found !== undefined) return found
  if (LEADING_HERE.some((key) => SETTINGS[key].name === name))
    throw new CoterieError('settingInvalid', {
      setting: name,
      source,
      detail: 'it leads to this file, so it is given by flag or variable',
    })
  const names = known.map((key) => SETTINGS[key].name)
  const asFlag = hyphenated(name)
  const near = names.includes(asFlag) ? asFlag : nearestOf(asFlag, names)
  throw new CoterieError('settingUnknown', { setting: plain(name), source, near })
}

/** `apiPort`, `api_port` and `COTERIE_API_PORT` as the setting's name would be. */
const hyphenated = (name: string): string =>
  name
    .replace(/^COTERIE_/, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/_/g, '-')
    .toLowerCase()

/** As the flag takes it; the items of a list are joined by commas. */
const textOf = (setting: Setting<unknown>, value: Value): string => {
  const { name, kind } = setting
  const refuse = (at: Value, detail: string): never => {
    throw new CoterieError('settingInvalid', { setting: name, source: written(at.place), detail })
  }
  const scalarOf = (at: Value): string => {
    if (at.kind === 'mapping') return refuse(at, 'it is a mapping, and a value is expected')
    if (at.kind === 'list') return refuse(at, 'it is a list, and one value is expected')
    return at.data === null ? refuse(at, 'it has no value; take the line out for the default') : at.text
  }
  const items = kind.list === true && value.kind === 'list' ? value.items : null
  if (items === null) return scalarOf(value)
  if (items.length === 0) return refuse(value, 'it is an empty list; take the line out for the default')
  const texts = items.map((item) => {
    const text = scalarOf(item)
    const read = kind.read(text, '/')
    if ('complaint' in read) refuse(item, read.complaint)
    return text
  })
  return texts.join(',')
}
