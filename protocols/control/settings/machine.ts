import { NAME_LENGTH_MAX } from '../../wire/limits.ts'
import type { Machine } from './types.ts'

/** A user's directory after the XDG base directory specification, which has relative paths ignored. */
export const xdgDirectory = (
  { env, home }: Machine,
  variable: 'XDG_DATA_HOME' | 'XDG_CONFIG_HOME',
  below: string,
): string => {
  const given = env[variable]
  return `${given?.startsWith('/') ? given : `${home}/${below}`}/coterie`
}

/** The first label of a host name as a DNS label; `node` where nothing of it can be used. */
export const dnsLabel = (hostname: string): string => {
  const [first = ''] = hostname.toLowerCase().split('.')
  const label = first
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_LENGTH_MAX)
    .replace(/^-+|-+$/g, '')
  return label === '' ? 'node' : label
}
