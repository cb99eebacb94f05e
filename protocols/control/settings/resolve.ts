import { CoterieError } from '../../errors/index.ts'
import { SOCKET_PATH_BYTES_MAX } from '../limits.ts'
import type { Setting } from './setting.ts'
import { SETTING_KEYS, SETTINGS } from './table.ts'
import type { ConfigFile, Machine, ResolvedSettings, SettingKey, SettingSource, Settings } from './types.ts'

/** Flags as they were typed; a repeated list flag is joined by commas. */
export type SettingFlags = { readonly [Key in SettingKey]?: string }

/**
 * The value of every setting and where it came from: flag, then environment, then file, then default.
 *
 * An empty variable counts as absent. @throws `settingInvalid`, `socketPathTooLong`
 */
export const resolveSettings = (
  flags: SettingFlags,
  machine: Machine,
  file: ConfigFile | null = null,
): ResolvedSettings => {
  const resolved = resolve(SETTING_KEYS, flags, machine, file)
  checkSocketPath(resolved.values.socket)
  return resolved
}

/** The configuration file; `namedBy` is the flag or the variable, null for the one that may be missing. */
export interface NamedFile {
  readonly path: string
  readonly namedBy: string | null
}

/** Where settings may be written down, which they cannot say themselves. @throws `settingInvalid` */
export const configFileOf = (flags: SettingFlags, machine: Machine): NamedFile => {
  const { values, sources } = resolve(['configDir', 'config'], flags, machine, null)
  return { path: values.config, namedBy: sources.config.from === 'default' ? null : sources.config.name }
}

/** Only `keys`, in the table's order: a default looks at what is above it. */
const resolve = (
  keys: readonly SettingKey[],
  flags: SettingFlags,
  machine: Machine,
  file: ConfigFile | null,
): ResolvedSettings => {
  const values: Partial<Record<SettingKey, unknown>> = {}
  const sources: Partial<Record<SettingKey, SettingSource>> = {}
  for (const key of keys) {
    const setting: Setting<unknown> = SETTINGS[key]
    const given = byFlag(setting, flags[key], machine) ?? byEnvironment(setting, machine) ?? byFile(key, file)
    sources[key] = given?.source ?? { from: 'default' }
    values[key] =
      given === null
        ? setting.fallback(machine, values as Settings, sources as ResolvedSettings['sources'])
        : read(setting, given)
  }
  return { values, sources } as ResolvedSettings
}

interface Given {
  readonly text: string
  readonly source: SettingSource
  /** The source, to the letter where it is a file. */
  readonly place: string
  /** What a relative path is relative to. */
  readonly folder: string
}

const byFlag = ({ name }: Setting<unknown>, text: string | undefined, { cwd }: Machine): Given | null => {
  if (text === undefined) return null
  return { text, source: { from: 'flag', name: `--${name}` }, place: `--${name}`, folder: cwd }
}

const byEnvironment = (setting: Setting<unknown>, { env, cwd }: Machine): Given | null => {
  const { name, variable, otherVariable } = setting
  const named = otherVariable === undefined ? [variable] : [variable, otherVariable]
  const [first, second] = named.filter((given) => env[given] !== undefined && env[given] !== '')
  if (first === undefined) return null
  if (second !== undefined && env[first] !== env[second])
    throw new CoterieError('settingInvalid', {
      setting: name,
      source: second,
      detail: `${first} means the same and says something else`,
    })
  return {
    text: env[first] as string,
    source: { from: 'environment', name: first },
    place: first,
    folder: cwd,
  }
}

const byFile = (key: SettingKey, file: ConfigFile | null): Given | null => {
  const entry = file?.entries.get(key)
  if (file === null || entry === undefined) return null
  const name = `${file.path}:${entry.line}`
  const folder = file.path.replace(/\/[^/]*$/, '')
  return { text: entry.text, source: { from: 'file', name }, place: `${name}:${entry.column}`, folder }
}

const read = (setting: Setting<unknown>, { text, place, folder }: Given): unknown => {
  const result = text === '' ? { complaint: 'it is empty' } : setting.kind.read(text, folder)
  if ('value' in result) return result.value
  throw new CoterieError('settingInvalid', { setting: setting.name, source: place, detail: result.complaint })
}

const checkSocketPath = (path: string): void => {
  if (new TextEncoder().encode(path).length > SOCKET_PATH_BYTES_MAX)
    throw new CoterieError('socketPathTooLong', { path, bytesMax: SOCKET_PATH_BYTES_MAX })
}
