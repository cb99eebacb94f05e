/** A carrying over in a process of its own, which may die of what it reads. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CarryOverTask } from './carry-over.ts'
import type { FromCarryOver } from './carry-over-process.ts'

/** A store of some GB on a slow card takes minutes; whatever takes longer goes round in what is damaged, and the mesh is a node short. */
export const CARRY_OVER_MS_MAX = 15 * 60_000

/** Of what the process wrote when it died: an assertion is one line. */
const LAST_WORDS_CHARS_MAX = 2_000

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ENTRY = fileURLToPath(new URL(`./carry-over-process.${EXTENSION}`, import.meta.url))

export interface CarriedOver {
  /** Records in the new store: all that could be read, or those until the process died. */
  readonly records: number
  /** How the process died, and its last words; null where it did not. */
  readonly died: string | null
}

/** Resolves when the process has ended; one whose starter dies ends with it. Rejects where the new store cannot be written. */
export const carryOverApart = async (
  task: CarryOverTask,
  onUnread: (detail: string) => void,
  timeoutMs = CARRY_OVER_MS_MAX,
): Promise<CarriedOver> => {
  let records = 0
  let end: FromCarryOver | null = null
  let lastWords = ''
  const child = fork(ENTRY, [JSON.stringify(task)], {
    // A session of its own: what ends the daemon from its terminal must not look like a death of what was read.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_CHARS_MAX)
  })
  child.on('message', (message: FromCarryOver) => {
    if (message.type === 'carried') records = message.records
    else if (message.type === 'unread') onUnread(message.detail)
    else end = message
  })
  // What it said last may come after its end.
  const [ended] = await Promise.all([once(child, 'close'), once(child, 'disconnect')])
  const [code, signal] = ended as [number | null, NodeJS.Signals | null]
  const said = end as FromCarryOver | null
  if (said?.type === 'failed') throw new Error(said.detail)
  if (said !== null) return { records, died: null }
  const how = child.killed ? `it took over ${timeoutMs / 1_000} s` : `it ended with ${signal ?? code}`
  return { records, died: [how, lastWords.trim()].filter(Boolean).join(': ') }
}
