import assert from 'node:assert/strict'
import { followRole, roleNote } from '../../../node/daemon/settled-role.ts'
import { resolveSettings } from '../../../protocols/control/settings/index.ts'
import { createDecisions, type DecisionView, type MemberRole } from '../../../protocols/decisions/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const SELF = newIdentity().node

const settings = (role?: string, env: Record<string, string> = {}) =>
  resolveSettings(role === undefined ? {} : { role }, {
    env,
    home: '/root',
    hostname: 'attic',
    cwd: '/',
    isRoot: true,
  })

const viewOf = (role: MemberRole | null): DecisionView => {
  const member = { node: SELF, name: 'attic', addresses: [], admittedIndex: 1, draining: false }
  const nodes = new Map(role === null ? [] : [[SELF, { ...member, role }]])
  return { ...createDecisions().view, nodes }
}

describe('role of a node', () => {
  it('is settled when it joins: whoever asks for another one later is told what to do', () => {
    assert.match(
      roleNote(SELF, viewOf('edge'), settings('full')) ?? '',
      /an edge node, as it joined: --role full changes nothing\. .*coterie leave/,
    )
    assert.match(
      roleNote(SELF, viewOf('full'), settings(undefined, { COTERIE_ROLE: 'edge' })) ?? '',
      /a full node, as it joined: COTERIE_ROLE edge changes nothing/,
    )
  })

  it('is what was asked for, or nothing was', () => {
    for (const asked of [settings(), settings('edge')])
      assert.equal(roleNote(SELF, viewOf('edge'), asked), null)
    assert.equal(roleNote(SELF, viewOf(null), settings('full')), null)
  })

  it('is logged once, when the log has told it', () => {
    const lines: string[] = []
    const logger = { ...silentLogger, warn: (_: object, text: string) => void lines.push(text) }
    const listeners = new Set<() => void>()
    let view = viewOf(null)
    const decisions = {
      get view() {
        return view
      },
      onBatch: (listener: () => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    followRole({ self: SELF, decisions, logger }, settings('full'))
    assert.deepEqual(lines, [])
    view = viewOf('edge')
    for (const listener of [...listeners]) listener()
    assert.equal(lines.length, 1)
    assert.equal(listeners.size, 0)
  })
})
