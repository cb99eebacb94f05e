import assert from 'node:assert/strict'
import {
  createSessionsState,
  SESSIONS_MAX,
  type SessionEffect,
  type SessionEvent,
  stepSessions,
} from '../../signaling/index.ts'

const OFFER = { service: 'web', sdp: 'v=0' }

/** A machine with what it asked for last. */
class Sessions {
  state = createSessionsState()

  step(event: SessionEvent): readonly SessionEffect[] {
    const { state, effects } = stepSessions(this.state, event)
    this.state = state
    return effects
  }

  kinds(event: SessionEvent): string[] {
    return this.step(event).map(({ type }) => type)
  }
}

const connecting = (): Sessions => {
  const sessions = new Sessions()
  sessions.step({ type: 'offered', session: 's1', offer: OFFER })
  sessions.step({ type: 'answered', session: 's1', sdp: 'v=0' })
  return sessions
}

describe('the sessions of a node', () => {
  it('go from offer to answer to channel, each step with its deadline', () => {
    const sessions = new Sessions()
    assert.deepEqual(sessions.kinds({ type: 'offered', session: 's1', offer: OFFER }), [
      'makeAnswer',
      'schedule',
    ])
    assert.deepEqual(sessions.kinds({ type: 'answered', session: 's1', sdp: 'v=0' }), ['reply', 'schedule'])
    assert.deepEqual(sessions.kinds({ type: 'channelOpened', session: 's1' }), [])
    assert.equal(sessions.state.get('s1')?.phase, 'open')
    assert.deepEqual(sessions.kinds({ type: 'channelClosed', session: 's1', code: 254 }), [])
    assert.equal(sessions.state.size, 0)
  })

  it('are refused over the bound, and taken again when one has ended', () => {
    const sessions = new Sessions()
    for (let id = 0; id < SESSIONS_MAX; id++)
      sessions.step({ type: 'offered', session: `s${id}`, offer: OFFER })
    const late = { type: 'offered', session: 'late', offer: OFFER } as const
    assert.deepEqual(sessions.step(late), [{ type: 'refuse', session: 'late', reason: 'exhausted' }])
    sessions.step({ type: 'channelClosed', session: 's3', code: 254 })
    assert.deepEqual(sessions.kinds(late), ['makeAnswer', 'schedule'])
  })

  it('end when no answer is made in time', () => {
    const sessions = new Sessions()
    sessions.step({ type: 'offered', session: 's1', offer: OFFER })
    const effects = sessions.step({ type: 'deadlinePassed', session: 's1', phase: 'answering' })
    assert.deepEqual(effects, [
      { type: 'refuse', session: 's1', reason: 'late' },
      { type: 'closePeer', session: 's1' },
    ])
    assert.equal(sessions.state.size, 0)
  })

  it('end when the browser never opens the channel', () => {
    const sessions = connecting()
    assert.deepEqual(sessions.kinds({ type: 'deadlinePassed', session: 's1', phase: 'connecting' }), [
      'closePeer',
    ])
    assert.equal(sessions.state.size, 0)
  })

  it('ignore a deadline of a phase that has passed, and all news of a session that is over', () => {
    const sessions = connecting()
    assert.deepEqual(sessions.kinds({ type: 'deadlinePassed', session: 's1', phase: 'answering' }), [])
    sessions.step({ type: 'channelOpened', session: 's1' })
    assert.deepEqual(sessions.kinds({ type: 'deadlinePassed', session: 's1', phase: 'connecting' }), [])
    assert.equal(sessions.state.size, 1)
    assert.deepEqual(sessions.kinds({ type: 'answered', session: 'other', sdp: 'v=0' }), [])
  })
})
