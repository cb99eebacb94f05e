import type { Config } from '../schemas/config.ts'
import { SETTING_KEYS, SETTINGS } from './table.ts'
import type { ResolvedSettings } from './types.ts'

/** Every setting with its value and source, in the table's order, as `GET /v1/config` answers it. */
export const configOf = ({ values, sources }: ResolvedSettings): Config => ({
  settings: SETTING_KEYS.map((key) => {
    const value = values[key]
    const source = sources[key]
    return {
      name: SETTINGS[key].name,
      value: typeof value === 'object' && value !== null ? [...value] : value,
      source: source.from,
      setBy: source.from === 'default' ? null : source.name,
    }
  }),
})
