/** A daemon that starts one task and waits to be killed; it prints the task's directory when the task runs. */
import { createProcessRuntime } from '../../../../node/agent/process-runtime/index.ts'
import { createTaskGroups } from '../../../../node/watchdog/index.ts'
import { silentLogger } from '../../../support/silent-logger.ts'
import { NODE_A, realClock, serviceOf, startOf } from '../grounds.ts'

const [dir = ''] = process.argv.slice(2)
const runtime = createProcessRuntime(
  { groups: createTaskGroups(), clock: realClock, logger: silentLogger },
  { node: NODE_A, dir },
)
// A child that ignores requests to stop, and a grandchild in the background.
const script = "trap '' TERM HUP; sleep 1000 & echo $$ $!; while :; do sleep 1; done"
const { signal } = new AbortController()
await runtime.start(startOf(serviceOf(['sh', '-c', script])), signal)
for await (const { text } of runtime.logs('shop.web.0.7', { tail: null, follow: true, signal }))
  process.stdout.write(`${text}\n`)
