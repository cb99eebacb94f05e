import type { ExecLine } from '../../../protocols/control/index.ts'
import type { Caller } from '../caller.ts'
import type { ExecDesk } from '../components.ts'
import type { Handler } from './handler.ts'

/** A local caller has no account: all that this machine's user does is of one. */
const nameOf = ({ kind, name }: Caller): string => `${kind}/${name}`

type Told = Awaited<ReturnType<ExecDesk['open']>> extends AsyncIterable<infer Event> ? Event : never

async function* linesOf(events: AsyncIterable<Told>): AsyncGenerator<ExecLine> {
  for await (const event of events)
    yield event.type === 'output'
      ? { type: 'output', stream: event.stream, data: Buffer.from(event.bytes).toString('base64') }
      : event
}

export const handleExec =
  (execs: ExecDesk): Handler<'POST /v1/tasks/:task/exec'> =>
  async ({ params: { task }, body }, { caller, signal }) =>
    linesOf(await execs.open({ task, ...body }, nameOf(caller), signal))

export const handleExecInput =
  (execs: ExecDesk): Handler<'POST /v1/execs/:exec/input'> =>
  async ({ params: { exec }, body }, { caller }) => {
    const input =
      body.type === 'input'
        ? { type: body.type, bytes: new Uint8Array(Buffer.from(body.data, 'base64')) }
        : body
    await execs.send(exec, nameOf(caller), input)
    return {}
  }
