import assert from 'node:assert/strict'
import type { Decision } from '../../../../protocols/decisions/index.ts'
import { A, admitted, C, settled } from './settled.ts'

describe('decisions: the mesh version', () => {
  const raise = (version: number, asOf: number): Decision => ({ type: 'meshVersionRaised', version, asOf })

  it('begins at the first, or at the one of the founder, and never falls', () => {
    const { view, say } = settled()
    assert.equal(view.meshVersion, 1)
    assert.equal(say({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'a', atMs: 0, version: 2 }), null)
    assert.equal(view.meshVersion, 2)
    assert.equal(say(raise(1, 1)), null)
    assert.equal(view.meshVersion, 2)
  })

  it('is not raised by a leader that did not see the newest member', () => {
    const { view, say, index } = settled()
    assert.match(say(raise(2, 1)) ?? '', /admitted after entry 1/)
    assert.equal(say(raise(2, index())), null)
    assert.equal(view.meshVersion, 2)
  })

  it('keeps out whom it would leave behind, and nobody who is a member', () => {
    const { say, index } = settled()
    say(raise(2, index()))
    assert.match(say(admitted(C)) ?? '', /supports the mesh versions 1 to 1, and the mesh is at 2/)
    assert.match(say(admitted(C, { meshVersions: { least: 3, most: 4 } })) ?? '', /3 to 4/)
    assert.equal(say(admitted(C, { meshVersions: { least: 1, most: 2 } })), null)
    assert.equal(say(admitted(A)), null)
  })

  it('is not judged at the first one, where older members would not', () => {
    const { say } = settled()
    assert.equal(say(admitted(C, { meshVersions: { least: 2, most: 3 } })), null)
  })
})

describe('decisions: roles', () => {
  it('are given with the admission, and kept when a node is admitted again', () => {
    const { view, say } = settled()
    say(admitted(C, { role: 'edge' }))
    say(admitted(C))
    assert.deepEqual(
      [...view.nodes.values()].map(({ role }) => role),
      ['full', 'full', 'edge'],
    )
  })
})
