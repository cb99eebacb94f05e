import { CoterieError } from '../../errors/index.ts'
import { SOCKET_PATH_BYTES_MAX } from '../limits.ts'
import { SETTING_KEYS, SETTINGS, type Setting } from './table.ts'
import type { Machine, ResolvedSettings, SettingKey, SettingSource, Settings } from './types.ts'

/** Flags as they were typed; a repeated list flag is joined by commas. */
export type SettingFlags = { readonly [Key in SettingKey]?: string }

/**
 * The value of every setting and where it came from: flag, then environment, then default.
 *
 * An empty variable counts as absent. @throws `settingInvalid`, `socketPathTooLong`
 */
export const resolveSettings = (flags: SettingFlags, machine: Machine): ResolvedSettings => {
  const values: Partial<Record<SettingKey, unknown>> = {}
  const sources: Partial<Record<SettingKey, SettingSource>> = {}
  for (const key of SETTING_KEYS) {
    const setting: Setting<unknown> = SETTINGS[key]
    const given = textOf(setting, flags[key], machine)
    sources[key] = given?.source ?? { from: 'default' }
    // The table's order makes everything that a default looks at present by now.
    values[key] =
      given === null
        ? setting.fallback(machine, values as Settings, sources as ResolvedSettings['sources'])
        : read(setting, given.text, given.source.name, machine.cwd)
  }
  const resolved = { values, sources } as ResolvedSettings
  checkSocketPath(resolved.values.socket)
  return resolved
}

type GivenSource = Exclude<SettingSource, { from: 'default' }>

const textOf = (
  setting: Setting<unknown>,
  flag: string | undefined,
  { env }: Machine,
): { readonly text: string; readonly source: GivenSource } | null => {
  if (flag !== undefined) return { text: flag, source: { from: 'flag', name: `--${setting.name}` } }
  const text = env[setting.variable]
  if (text === undefined || text === '') return null
  return { text, source: { from: 'environment', name: setting.variable } }
}

const read = (setting: Setting<unknown>, text: string, source: string, cwd: string): unknown => {
  const result = text === '' ? { complaint: 'it is empty' } : setting.kind.read(text, cwd)
  if ('value' in result) return result.value
  throw new CoterieError('settingInvalid', { setting: setting.name, source, detail: result.complaint })
}

const checkSocketPath = (path: string): void => {
  if (new TextEncoder().encode(path).length > SOCKET_PATH_BYTES_MAX)
    throw new CoterieError('socketPathTooLong', { path, bytesMax: SOCKET_PATH_BYTES_MAX })
}
