import type { AdmittedNode } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

export interface EdgesComponents {
  readonly consensus: { setEdges(nodes: ReadonlySet<NodeId>): void }
  readonly decisions: {
    readonly view: { readonly nodes: ReadonlyMap<NodeId, Pick<AdmittedNode, 'node' | 'role'>> }
    onBatch(listener: () => void): () => void
    onRestored(listener: () => void): () => void
  }
}

/** Tells consensus who leads only as a last resort, after each batch of the log that changes it. */
export const followEdges = ({ consensus, decisions }: EdgesComponents): void => {
  let told: ReadonlySet<NodeId> = new Set()
  const look = (): void => {
    const edges = [...decisions.view.nodes.values()].flatMap(({ node, role }) =>
      role === 'edge' ? [node] : [],
    )
    if (edges.length === told.size && edges.every((node) => told.has(node))) return
    told = new Set(edges)
    consensus.setEdges(told)
  }
  decisions.onBatch(look)
  decisions.onRestored(look)
}
