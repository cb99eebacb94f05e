/** Whether this node lets a service reach beyond its container; its settings say, not the service. */
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { beyondOf, bindNeeds, isAllowed, plainPath, type ServiceSpec } from '../../../protocols/spec/index.ts'

/** Where a path leads, links followed; of what is not there yet, its folder counts. */
const followed = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch {
    if (path === '/') return path
    return plainPath(`${await followed(dirname(path))}/${path.slice(path.lastIndexOf('/') + 1)}`)
  }
}

/** What binds need where they lead by links: whoever may write below an allowed folder could make one. */
const needsBehindLinks = async ({ mounts = [] }: ServiceSpec): Promise<string[]> => {
  const binds = mounts.flatMap((mount) => (mount.type === 'bind' ? [mount] : []))
  const found = await Promise.all(
    binds.map(async ({ source, readOnly = false }) =>
      bindNeeds(source, readOnly).length === 0 ? [] : bindNeeds(await followed(plainPath(source)), readOnly),
    ),
  )
  return found.flat()
}

/** A folder that is allowed is allowed where it leads, too. */
const allowsFollowed = async (allows: readonly string[]): Promise<string[]> => {
  const paths = allows.flatMap((allow) => (allow.startsWith('bind=') ? [allow.slice('bind='.length)] : []))
  return Promise.all(paths.map(async (path) => `bind=${await followed(plainPath(path))}`))
}

/** @throws `beyondNotAllowed` */
export const checkAllowed = async (spec: ServiceSpec, allows: readonly string[]): Promise<void> => {
  const plain = beyondOf(spec)
  if (plain.length === 0) return
  const covered = [...allows, ...(await allowsFollowed(allows))]
  const needs = [...new Set([...plain, ...(await needsBehindLinks(spec))])]
  const missing = needs.filter((need) => !isAllowed(need, covered))
  if (missing.length > 0) throw new CoterieError('beyondNotAllowed', { service: spec.name, needs: missing })
}
