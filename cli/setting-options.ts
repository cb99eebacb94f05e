/** Settings as options of the command line. */
import { Option } from 'commander'
import { SETTINGS, type SettingKey } from '../protocols/control/settings/index.ts'

/** Those that lead to the daemon, and so belong to every command. */
export const GLOBAL_SETTINGS: readonly SettingKey[] = [
  'config',
  'configDir',
  'dataDir',
  'runDir',
  'socket',
  'api',
  'context',
  'logLevel',
]

/** Other options may be called as a setting is: the role of a user is none of this machine. */
const made = new WeakSet<Option>()

export const isSettingOption = (option: Option): boolean => made.has(option)

/** The option of a setting, with its default and its variable in the help. */
export const settingOption = (key: SettingKey): Option => {
  const { name, kind, summary, defaultText, variable } = SETTINGS[key]
  const option = new Option(
    `--${name} ${kind.argument}`,
    `${summary} (default: ${defaultText}; or ${variable})`,
  )
  if (kind.preset !== undefined) option.preset(kind.preset)
  if (kind.list === true)
    option.argParser<string>((text, before) => (before === undefined ? text : `${before},${text}`))
  made.add(option)
  return option
}
