/** What every command is given: the world outside, and the settings that lead to the daemon. */
import type { Readable, Writable } from 'node:stream'
import type { Command } from 'commander'
import {
  type Machine,
  type ResolvedSettings,
  resolveSettings,
  SETTING_KEYS,
  type SettingFlags,
} from '../protocols/control/settings/index.ts'
import { type Client, createClient } from './client.ts'

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
export type CommandModule = (command: Command, cli: Cli) => void

/** The settings by the flags of the command, the environment and the defaults. @throws `settingInvalid`, `socketPathTooLong` */
export const settingsOf = (command: Command, cli: Cli): ResolvedSettings => {
  const options = command.optsWithGlobals<Record<string, string | undefined>>()
  const flags = Object.fromEntries(
    SETTING_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  )
  return resolveSettings(flags as SettingFlags, cli.machine)
}

/** A client of the daemon that the command's settings lead to. */
export const clientOf = (command: Command, cli: Cli): Client =>
  createClient({ socketPath: settingsOf(command, cli).values.socket })

/** True where the answer is wanted as JSON. */
export const wantsJson = (command: Command): boolean =>
  command.optsWithGlobals<{ json?: boolean }>().json === true
