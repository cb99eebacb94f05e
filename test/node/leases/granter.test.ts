import assert from 'node:assert/strict'
import { createGranter } from '../../../node/leases/granter.ts'
import type { ConsensusRole } from '../../../protocols/consensus/index.ts'
import type { Assignment } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { LeaseAnswer } from '../../../protocols/leases/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const TASK = 'shop.db.0.7'
const HOLDER: Assignment = {
  task: TASK,
  object: 'service/shop/db',
  revision: 'a'.repeat(64),
  slot: 0,
  node: 'B',
  token: 7,
  reason: 'the only node',
}

/** A leader that was asked for a lease, and what it answers once `proof` is settled, in the term `later`. */
const answersAfter = async (proof: Promise<number>, later = 2): Promise<readonly LeaseAnswer[]> => {
  const answers: LeaseAnswer[] = []
  let term = 2
  const granter = createGranter(
    {
      consensus: {
        view: () => ({
          role: 'leader' as ConsensusRole,
          term,
          leader: 'A',
          configuration: { voters: ['A', 'B', 'C'] },
          generation: null,
        }),
        readIndex: () => proof,
      },
      leadership: { isSettled: () => true, onChange: () => () => {} },
      decisions: { view: { tasks: new Map([[TASK, HOLDER]]), appliedIndex: 7 } },
      clock: createHandClock(),
      logger: silentLogger,
    },
    (_to, answer) => answers.push(answer),
  )
  granter.start()
  granter.hear('B', { type: 'ask', asker: 'B', request: 1, tasks: [{ task: TASK, token: 7 }] })
  term = later
  await new Promise((resolve) => setImmediate(resolve))
  granter.stop()
  return answers
}

describe('a leader that is asked for a lease', () => {
  it('grants it once a majority answered in the same term', async () => {
    const [answer] = await answersAfter(Promise.resolve(7))
    assert.deepEqual(answer?.granted, [TASK])
  })

  it('grants nothing where no majority answers, though it still holds itself to lead', async () => {
    assert.deepEqual(await answersAfter(Promise.reject(new CoterieError('noQuorum', { waitedMs: 1 }))), [])
  })

  it('grants nothing for an answer of another term, or before it has applied what was proven', async () => {
    assert.deepEqual(await answersAfter(Promise.resolve(7), 3), [])
    assert.deepEqual(await answersAfter(Promise.resolve(8)), [])
  })
})
