import type { ResolvedSettings, SettingKey } from '../../protocols/control/settings/index.ts'
import { contextFileIn, entriesOf, LOCAL, readContexts } from './context-file.ts'

export interface ChosenContext {
  readonly name: string
  readonly entries: readonly string[]
}

/** Whoever says one of these means a daemon, or this machine's. */
const LEADING: readonly SettingKey[] = ['api', 'socket', 'runDir', 'dataDir']

/** The context in which a command asks; null for the daemon of this machine, or that of `api`. @throws `contextUnknown`, `contextFileUnusable` */
export const chosenContext = async ({ values, sources }: ResolvedSettings): Promise<ChosenContext | null> => {
  const said = (key: SettingKey) => ['flag', 'environment'].includes(sources[key].from)
  if (values.api !== null && sources.context.from !== 'flag') return null
  if (values.context === null && LEADING.some(said)) return null
  if (sources.context.from !== 'flag' && LEADING.some((key) => sources[key].from === 'flag')) return null
  const contexts = await readContexts(contextFileIn(values.configDir))
  const name = values.context ?? contexts.current
  return name === null || name === LOCAL ? null : { name, entries: entriesOf(contexts, name) }
}
