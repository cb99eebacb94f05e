/**
 * The settings of a daemon: one table, and how flags, environment, file and defaults become values.
 *
 * A face of its own beside that of the API's forms, because the command line needs it before anything else and
 * the forms load a schema library.
 */
export { configOf } from './config.ts'
export { configFileOf, type NamedFile, resolveSettings, type SettingFlags } from './resolve.ts'
export type { Setting } from './setting.ts'
export { SETTING_KEYS, SETTINGS } from './table.ts'
export type {
  ConfigFile,
  FileEntry,
  Machine,
  ResolvedSettings,
  SettingKey,
  SettingSource,
  SettingSources,
  Settings,
} from './types.ts'
