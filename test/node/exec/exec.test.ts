/** A command in a container of another node, over real networks; its engine is played. */
import assert from 'node:assert/strict'
import { createExecs, EXECS_MAX, type Execs, type ExecTold } from '../../../node/exec/index.ts'
import type { MeasuredNetwork } from '../../../node/network/index.ts'
import type { Exec, ExecOutput } from '../../../node/ports/engine.ts'
import type { ExecRequest, ExecSize } from '../../../protocols/engine/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { startMesh, stopAll } from '../network/nodes.ts'

const TASK = 'shop.web.0.7'
const REQUEST: ExecRequest = {
  task: TASK,
  command: ['cat'],
  terminal: null,
  input: true,
  user: null,
  directory: null,
  environment: [],
}

/** A command that echoes until its input ends, and then ends with 3. */
const createEcho = () => {
  const pieces: Uint8Array[] = []
  const sizes: ExecSize[] = []
  let wake = () => {}
  let ended = false
  let closed = false
  const output = async function* (): AsyncGenerator<ExecOutput> {
    for (;;) {
      const bytes = pieces.shift()
      if (bytes !== undefined) yield { stream: 'stdout', bytes }
      else if (ended || closed) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  const exec: Exec = {
    output,
    write: async (bytes) => {
      pieces.push(bytes)
      wake()
    },
    endInput: () => {
      ended = true
      wake()
    },
    resize: async (size) => void sizes.push(size),
    exitCode: async () => 3,
    close: async () => {
      closed = true
      wake()
    },
  }
  return { exec, sizes, isClosed: () => closed }
}

describe('a command in a container', () => {
  let asker: MeasuredNetwork
  let runner: MeasuredNetwork
  let echo: ReturnType<typeof createEcho>
  let execs: { readonly near: Execs; readonly far: Execs }
  let gone: AbortController

  beforeEach(async () => {
    ;[asker, runner] = (await startMesh(2)) as [MeasuredNetwork, MeasuredNetwork]
    echo = createEcho()
    gone = new AbortController()
    const over = ({ streams, connections }: MeasuredNetwork) =>
      createExecs({
        self: connections.self,
        streams,
        engine: {
          exec: async (_, { command }) => {
            if (command[0] === 'cat') return echo.exec
            throw new CoterieError('execFailed', { task: TASK, detail: 'no such command' })
          },
        },
        nodeOf: (task) => (task === TASK ? runner.connections.self : null),
        isContained: () => true,
        logger: silentLogger,
      })
    execs = { far: over(asker), near: over(runner) }
  })
  afterEach(stopAll)

  const textOf = async (events: AsyncIterable<ExecTold>, onOpened: (exec: string) => void) => {
    let text = ''
    for await (const event of events) {
      if (event.type === 'opened') onOpened(event.exec)
      else if (event.type === 'output') text += Buffer.from(event.bytes).toString()
      else text += `, ended with ${event.exitCode}`
    }
    return text
  }

  for (const where of ['near', 'far'] as const)
    it(`is given what is typed ${where}, and tells how it ends`, async () => {
      const events = await execs[where].open(REQUEST, 'ada', gone.signal)
      const text = await textOf(events, async (exec) => {
        const send = (input: Parameters<Execs['send']>[2]) => execs[where].send(exec, 'ada', input)
        await send({ type: 'resize', size: { columns: 91, rows: 33 } })
        await send({ type: 'input', bytes: Buffer.from('hel') })
        await send({ type: 'input', bytes: Buffer.from('lo') })
        await assert.rejects(execs[where].send(exec, 'eve', { type: 'inputEnd' }), (error) =>
          isCoterieError(error, 'execUnknown'),
        )
        await send({ type: 'inputEnd' })
      })
      assert.equal(text, 'hello, ended with 3')
      assert.deepEqual(echo.sizes, [{ columns: 91, rows: 33 }])
    })

  it('ends when whoever asked for it is gone', async () => {
    const events = await execs.far.open(REQUEST, 'ada', gone.signal)
    await textOf(events, () => gone.abort()).catch(() => {})
    await eventually('it is ended', echo.isClosed)
  })

  it('ends with the network between them', async () => {
    const events = await execs.far.open(REQUEST, 'ada', gone.signal)
    await textOf(events, () => void asker.stop()).catch(() => {})
    await eventually('it is ended', echo.isClosed)
  })

  it('is refused by the code of the node that runs the task', async () => {
    const refused = { ...REQUEST, command: ['dog'] }
    await assert.rejects(
      async () => textOf(await execs.far.open(refused, 'ada', gone.signal), () => {}),
      (error) => isCoterieError(error, 'execFailed'),
    )
    await assert.rejects(execs.far.open({ ...REQUEST, task: 'shop.none.0.1' }, 'ada', gone.signal), (error) =>
      isCoterieError(error, 'taskUnknown'),
    )
  })

  it('is one of so many at most, and gives its place back', async () => {
    for (let count = 0; count < EXECS_MAX; count++) await execs.near.open(REQUEST, 'ada', gone.signal)
    await assert.rejects(execs.near.open(REQUEST, 'ada', gone.signal), (error) =>
      isCoterieError(error, 'execsTooMany'),
    )
    gone.abort()
    await execs.near.open(REQUEST, 'ada', new AbortController().signal)
  })
})
