/** What every command is given: the world outside, and the settings that lead to the daemon. */
import type { Readable, Writable } from 'node:stream'
import type { Command } from 'commander'
import {
  configFileOf,
  type Machine,
  type ResolvedSettings,
  resolveSettings,
  type SettingFlags,
} from '../protocols/control/settings/index.ts'
import { type Client, createClient } from './client.ts'
import { readConfigFile } from './config-file.ts'
import { placeOf } from './contexts/places.ts'
import { isSettingOption } from './setting-options.ts'

export interface Cli {
  readonly machine: Machine
  readonly version: string
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Aborted when whoever reads standard output has gone, as in `| head`. */
  readonly outputClosed: AbortSignal
}

/** A command's own part: it adds its options and help to `command` and sets the action. */
export type CommandModule = (command: Command, cli: Cli, tree: CommandTree) => void

/** All commands, of which most are not loaded yet. */
export interface CommandTree {
  /** Gives a command its own part. */
  load(command: Command): Promise<void>
}

/**
 * The settings by the flags of the command, the environment, the configuration file and the defaults.
 * @throws `settingInvalid`, `settingUnknown`, `socketPathTooLong`, `configFileMissing`, `configFileInvalid`, ...
 */
export const settingsOf = async (command: Command, { machine }: Cli): Promise<ResolvedSettings> => {
  const flags = flagsOf(command)
  return resolveSettings(flags, machine, await readConfigFile(configFileOf(flags, machine)))
}

/** The settings as they are without a configuration file. @throws `settingInvalid`, `socketPathTooLong` */
export const settingsWithoutFile = (command: Command, { machine }: Cli): ResolvedSettings =>
  resolveSettings(flagsOf(command), machine)

const flagsOf = (command: Command): SettingFlags => {
  const texts: [string, unknown][] = []
  for (let at: Command | null = command; at !== null; at = at.parent)
    for (const option of at.options.filter(isSettingOption)) {
      const name = option.attributeName()
      texts.push([name, at.getOptionValue(name)])
    }
  // What stands further out counts more, as in commander.
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined))
}

/** A client of the daemon that the command's settings lead to, which are read when it is first asked something. */
export const clientOf = (command: Command, cli: Cli): Client => {
  let settings: Promise<ResolvedSettings> | null = null
  return createClient({
    place: async () => {
      settings ??= settingsOf(command, cli)
      return placeOf(await settings)
    },
  })
}

/** True where the answer is wanted as JSON. */
export const wantsJson = (command: Command): boolean =>
  command.optsWithGlobals<{ json?: boolean }>().json === true
