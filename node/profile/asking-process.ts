/** The process in which a machine is asked: started by `ask-apart.ts`, with its task as the one argument. */
import { setTimeout as after } from 'node:timers/promises'
import type { Facts } from '../../protocols/profile/index.ts'
import { questionsTo } from './questions.ts'
import { createSystemMachine } from './system-machine.ts'

export interface AskTask {
  readonly root: string
  readonly dataDir: string
  /** What is asked; everything where it is absent. */
  readonly only?: readonly (keyof Facts)[]
}

/** What it tells whoever started it: a fact as soon as it is known, and again where more came to be known. */
export type FromAsking = Partial<Facts> | 'end'

/** A bad file must not keep the programs from being asked, and these must not keep this process from telling of files. */
const FILES_MS_MAX = 1_000

const tell = (found: FromAsking) =>
  new Promise<unknown>((resolve) => void process.send?.(found, undefined, undefined, resolve))

/** Nobody listens any more: it ends, and the programs that it started. */
const endAtOnce = () => process.kill(-process.pid, 'SIGKILL')
process.once('disconnect', endAtOnce)
if (!process.connected) endAtOnce()

const { root, dataDir, only }: AskTask = JSON.parse(process.argv[2] as string)
const { facts, namedGpus } = questionsTo(createSystemMachine({ root }), dataDir)

const ask = ([name, question]: [string, () => Promise<unknown>]): Promise<unknown> =>
  question().then(
    (value) => tell({ [name]: { value } }),
    (error: Error) => tell({ [name]: { reason: error.message } }),
  )

const isAsked = (name: string): boolean => only === undefined || only.some((each) => each === name)

const asked = Promise.all(
  Object.entries(facts)
    .filter(([name]) => isAsked(name))
    .map(ask),
)
await Promise.race([asked, after(FILES_MS_MAX)])
// Where it fails, the GPUs keep the numbers that the bus gave them.
const gpus = isAsked('gpus') ? await namedGpus().catch(() => null) : null
if (gpus !== null) await tell({ gpus: { value: gpus } })
await asked
await tell('end')
