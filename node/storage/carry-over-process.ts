/** The process of one carrying over: started by `carry-over-apart.ts`, with its task as the one argument. */
import { endWithStarter } from './apart.ts'
import { type CarryOverTask, carryOver } from './carry-over.ts'

/** What it tells whoever started it; one that ends before `done` or `failed` has died. */
export type FromCarryOver =
  | { readonly type: 'carried'; readonly records: number }
  | { readonly type: 'unread'; readonly detail: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly detail: string }

const tell = (message: FromCarryOver) =>
  new Promise<unknown>((resolve) => void process.send?.(message, undefined, undefined, resolve))

// Nobody takes what is made here any more.
endWithStarter()

const task: CarryOverTask = JSON.parse(process.argv[2] as string)
try {
  await carryOver(task, {
    onCarried: (records) => void tell({ type: 'carried', records }),
    onUnread: (detail) => void tell({ type: 'unread', detail }),
  })
  await tell({ type: 'done' })
} catch (error) {
  await tell({ type: 'failed', detail: String((error as Error).cause ?? error) })
}
process.exit()
