import type { Lookup } from './interpolate.ts'

/** What variables are set to, nearer sources first. */
export interface Variables {
  readonly get: Lookup
  /** The same with defaults behind it: what is set here counts more. */
  behind(defaults: ReadonlyMap<string, string>): Variables
  /** The same with that variable set. */
  with(name: string, text: string): Variables
}

export const variablesOf = (get: Lookup): Variables => ({
  get,
  behind: (defaults) => variablesOf((name) => get(name) ?? defaults.get(name)),
  with: (name, text) => variablesOf((asked) => (asked === name ? text : get(asked))),
})

/** The variables of a process, such as `process.env`, of which only its own keys count. */
export const variablesOfEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Variables => variablesOf((name) => (Object.hasOwn(environment, name) ? environment[name] : undefined))
