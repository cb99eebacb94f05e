import assert from 'node:assert/strict'
import type { Decision } from '../../../../protocols/decisions/index.ts'
import { A, accepted, B, C, hash, settled } from './settled.ts'

describe('decisions: volumes', () => {
  const volume = 'volume/shop/data'
  const primary = (node: string, epoch: number): Decision => ({
    type: 'volumePrimaryNamed',
    volume,
    primary: node,
    epoch,
  })
  const replicas = (epoch: number, replaces: string[], ...nodes: string[]): Decision => ({
    type: 'volumeReplicasSet',
    volume,
    replicas: nodes,
    replaces,
    epoch,
  })

  it('have one primary per epoch, and epochs rise one by one', () => {
    const { view, say } = settled(volume)
    assert.match(say(primary(A, 2)) ?? '', /next epoch .* is 1/)
    assert.match(say(primary(C, 1)) ?? '', /not a member/)
    assert.deepEqual([say(primary(A, 1)), say(primary(A, 1))], [null, null])
    assert.match(say(primary(B, 1)) ?? '', /next epoch .* is 2/)
    assert.match(say(primary(B, 2)) ?? '', /holds no replica/)
    assert.deepEqual(view.volumes.get(volume), { volume, primary: A, epoch: 1, replicas: [A] })
  })

  it('are held by a set that is replaced as a whole, the primary in it', () => {
    const { view, say } = settled(volume)
    assert.match(say(replicas(1, [A], A, B)) ?? '', /no primary yet/)
    say(primary(A, 1))
    assert.match(say(replicas(2, [A], A, B)) ?? '', /at epoch 1/)
    assert.match(say(replicas(1, [B], A, B)) ?? '', /held by others/)
    assert.match(say(replicas(1, [A], B)) ?? '', /primary .* must hold/)
    assert.match(say(replicas(1, [A], A, C)) ?? '', /not a member/)
    assert.deepEqual([say(replicas(1, [A], B, A)), say(replicas(1, [A], A, B))], [null, null])
    assert.equal(say(primary(B, 2)), null)
    assert.deepEqual(view.volumes.get(volume)?.replicas, [A, B])
  })

  it('keep their epoch over a removal', () => {
    const { say } = settled(volume)
    say(primary(A, 1))
    say(accepted(volume, hash(2), [hash(1)], true))
    assert.match(say(primary(A, 2)) ?? '', /does not exist/)
    say(accepted(volume, hash(3), [hash(2)]))
    assert.match(say(primary(B, 1)) ?? '', /next epoch .* is 2/)
    assert.equal(say(primary(A, 2)), null)
  })
})
