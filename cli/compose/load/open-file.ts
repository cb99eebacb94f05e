import type { Mapping } from '../../yaml.ts'
import { interpolateTree } from './interpolate-tree.ts'
import { normalise } from './normalise.ts'
import type { Session } from './session.ts'
import type { Variables } from './variables.ts'

/** A Compose file with its variables replaced and its forms long; what it names is still to be read. */
export interface OpenFile {
  readonly path: string
  /** The folder at which relative paths of it begin. */
  readonly base: string
  readonly root: Mapping
}

/** Null, and problems noted, where the text is no Compose file. */
export const openFile = (
  text: string,
  path: string,
  base: string,
  variables: Variables,
  session: Session,
): OpenFile | null => {
  const parsed = session.parse(text, path)
  if (parsed === null) return null
  const interpolated = interpolateTree(parsed, variables, session) as Mapping
  return { path, base, root: normalise(interpolated, (to) => session.resolve(base, to)) }
}
