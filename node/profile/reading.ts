/** Reading what machines may well lack. */
import type { Machine } from '../ports/machine.ts'

/** Zones, sensors, supplies: machines have tens at most. */
export const ENTRIES_MAX = 64

export const orEmpty = (text: string | null): string => text ?? ''

/** A file that a machine may well lack, or that does not answer now. */
export const textOf = (machine: Machine, path: string): Promise<string | null> =>
  machine.read(path).catch(() => null)

/** Paths in a directory that a machine may well lack. */
export const entriesOf = async (
  machine: Machine,
  path: string,
  max = ENTRIES_MAX,
): Promise<readonly string[]> => {
  const names = await machine.list(path).catch(() => [])
  return names.slice(0, max).map((name) => `${path}/${name}`)
}
