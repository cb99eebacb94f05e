import type { Status } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { NodeProfile } from '../../protocols/spec/index.ts'
import { rangeOf, type VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { SILENT_FOR_GOOD_MS } from '../versions/index.ts'

interface VersionSources {
  readonly supported: VersionRange
  readonly decisions: {
    readonly view: DecisionView
    readonly halt: Status['meshVersion']['halt']
  }
  profileOf(node: NodeId): NodeProfile | null
  silentMs(node: NodeId): number
}

/** At which version the mesh is, and whom it waits for before it rises to the greatest that this node supports. */
export const versionStatus = ({
  supported,
  decisions,
  profileOf,
  silentMs,
}: VersionSources): Status['meshVersion'] => {
  const { meshVersion: present, nodes } = decisions.view
  const isBehind = (node: NodeId): boolean =>
    rangeOf(profileOf(node) ?? {}).most < supported.most && silentMs(node) < SILENT_FOR_GOOD_MS
  const behind = [...nodes.values()].filter(({ node }) => isBehind(node)).map(({ name }) => name)
  return { present, ...supported, waitsFor: present < supported.most ? behind : [], halt: decisions.halt }
}
