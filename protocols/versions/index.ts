/**
 * What nodes of different versions agree on: each understands a range of mesh versions, and the mesh is at one of them.
 * See docs/design/versions.md.
 */
import { type Static, Type } from 'typebox'

/** Far above what one version a month reaches in a lifetime. */
const VERSION_MAX = 9_999

export const MeshVersionSchema = Type.Integer({ minimum: 1, maximum: VERSION_MAX })

/** The least and the greatest mesh version that a node understands. */
export const VersionRangeSchema = Type.Object({ least: MeshVersionSchema, most: MeshVersionSchema })
export type VersionRange = Static<typeof VersionRangeSchema>

/** The version of a mesh that was founded before there were versions. */
export const FIRST_VERSION = 1

/** Of a node that tells no range. */
const UNTOLD: VersionRange = { least: FIRST_VERSION, most: FIRST_VERSION }

/** What this version of the program understands. */
export const SUPPORTED: VersionRange = { least: 1, most: 2 }

/** The field in which a node tells its range; the first version tells none. */
export const tellRange = (range: VersionRange): { readonly meshVersions?: VersionRange } =>
  range.most === FIRST_VERSION ? {} : { meshVersions: range }

/** The range of a node by what it told. */
export const rangeOf = ({ meshVersions }: { readonly meshVersions?: VersionRange }): VersionRange =>
  meshVersions ?? UNTOLD

export const isSupported = (version: number, { least, most }: VersionRange): boolean =>
  version >= least && version <= most

/** The greatest version that all of `ranges` support; `present` where that is no greater one. */
export const versionForAll = (present: number, ranges: readonly VersionRange[]): number => {
  if (ranges.length === 0) return present
  const greatest = Math.min(...ranges.map(({ most }) => most))
  return greatest > present && ranges.every((range) => isSupported(greatest, range)) ? greatest : present
}
