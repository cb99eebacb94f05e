/** How one generation of the log ends and the next begins. */
import type { Mutant } from '../mutant.ts'

const GENERATIONS = 'node/generations/generations.ts'

export const GENERATION_MUTANTS: readonly Mutant[] = [
  {
    name: 'words-of-another-generation-count',
    what: 'a machine listens to messages of every generation',
    file: 'protocols/consensus/generation.ts',
    find: 'if (isOwn(turn, message.generation)) return',
    replace: 'if (message !== undefined) return',
    kind: 'recovery',
    caughtBy: [
      'elected-in-its-generation',
      'committed-in-its-generation',
      'lost-is-listed',
      'one-generation-wins',
    ],
  },
  {
    name: 'follows-into-another-generation',
    what: 'what was followed of one generation is taken also by a machine that is in another one meanwhile',
    file: 'protocols/consensus/step.ts',
    find: 'if (isOwn(turn, event.generation)) handleFollowedSnapshot(',
    replace: 'handleFollowedSnapshot(',
    kind: 'recovery',
    caughtBy: ['one-generation-wins', 'committed-in-its-generation', 'lost-is-listed'],
    hides: 'a person must recover at the very moment at which a snapshot of the other generation arrives',
  },
  {
    name: 'token-is-the-index',
    what: 'the fencing token is the index of the log alone',
    file: 'protocols/generations/token.ts',
    find: '(generationNumber - FIRST_GENERATION) * INDEXES_MAX + index',
    replace: 'index + 0 * generationNumber',
    kind: 'recovery',
    caughtBy: ['tokens-rise-over-recoveries'],
  },
  {
    name: 'numbers-are-consecutive',
    what: 'two who recover at once take the same number',
    file: 'protocols/generations/order.ts',
    find: 'const number = own + Math.max(0, Math.ceil((least - own) / NUMBERS_SHARED_BY)) * NUMBERS_SHARED_BY',
    replace: 'const number = least + 0 * own',
    kind: 'recovery',
    caughtBy: ['tokens-rise-over-recoveries'],
  },
  {
    name: 'left-without-a-list',
    what: 'a member takes over the newer log without setting aside what only its own had',
    file: GENERATIONS,
    find: 'parting === null ? 0 : await lost.keep(left, parting)',
    replace: 'parting === null ? 0 : 1',
    kind: 'recovery',
    caughtBy: ['lost-is-listed'],
  },
  {
    name: 'snapshot-of-before',
    what: 'a member takes over a snapshot of before the recovery, and with it the voters of then',
    file: GENERATIONS,
    find: 'if (beginsAt <= from)',
    replace: 'if (beginsAt < 0)',
    kind: 'recovery',
    caughtBy: ['elected-in-its-generation', 'committed-in-its-generation', 'one-generation-wins'],
    hides: 'whoever recovers cuts its log off within milliseconds, and is rarely asked before',
  },
]
