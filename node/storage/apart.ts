/** A process of its own, which may die of what it reads. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A store of some GB on a slow card takes minutes; whatever takes longer goes round in what is damaged, and the mesh is a node short. */
export const APART_MS_MAX = 15 * 60_000

/** Of what the process wrote when it died: an assertion is one line. */
const LAST_WORDS_CHARS_MAX = 2_000

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

export interface End {
  readonly signal: NodeJS.Signals | null
  /** True where it was ended because it took too long. */
  readonly isLate: boolean
  /** How it ended, and its last words. */
  readonly how: string
}

/** Runs the file of that name beside this one; resolves when the process has ended. One whose starter dies ends with it. */
export const runApart = async <Message>(
  name: string,
  argument: string,
  onMessage: (message: Message) => void,
  timeoutMs = APART_MS_MAX,
): Promise<End> => {
  let lastWords = ''
  const child = fork(fileURLToPath(new URL(`./${name}.${EXTENSION}`, import.meta.url)), [argument], {
    // A session of its own: what ends the daemon from its terminal must not look like a death of what was read.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_CHARS_MAX)
  })
  child.on('message', onMessage)
  // What it said last may come after its end.
  const [ended] = await Promise.all([once(child, 'close'), once(child, 'disconnect')])
  const [code, signal] = ended as [number | null, NodeJS.Signals | null]
  const end = child.killed ? `it took over ${timeoutMs / 1_000} s` : `it ended with ${signal ?? code}`
  return { signal, isLate: child.killed, how: [end, lastWords.trim()].filter(Boolean).join(': ') }
}

/**
 * For the process itself: it ends with its starter. Not by `process.exit()`, which waits for what LevelDB has begun.
 */
export const endWithStarter = (): void => {
  const endAtOnce = () => process.kill(process.pid, 'SIGKILL')
  process.once('disconnect', endAtOnce)
  if (!process.connected) endAtOnce()
}
