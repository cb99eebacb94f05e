import assert from 'node:assert/strict'
import { followEdges } from '../../../node/voters/index.ts'
import type { MemberRole } from '../../../protocols/decisions/index.ts'

describe('who leads only as a last resort', () => {
  it('is told to consensus after each batch, and each snapshot, that changes it', () => {
    const told: string[] = []
    const nodes = new Map<string, { node: string; role: MemberRole }>()
    const looks: (() => void)[] = []
    const listen = (listener: () => void) => {
      looks.push(listener)
      return () => {}
    }
    followEdges({
      consensus: { setEdges: (edges) => told.push([...edges].join(' ')) },
      decisions: { view: { nodes }, onBatch: listen, onRestored: listen },
    })
    const admit = (node: string, role: MemberRole): void => {
      nodes.set(node, { node, role })
      looks[0]?.()
    }
    admit('A', 'full')
    admit('B', 'edge')
    admit('B', 'edge')
    nodes.delete('B')
    looks[1]?.()
    assert.deepEqual(told, ['B', ''])
  })
})
