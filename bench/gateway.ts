/** A service of another node in a real browser: how soon its page comes, and how fast a file. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Frame } from 'playwright-core'
import type { ServiceUrl } from '../protocols/control/index.ts'
import { createDaemons, type Daemons } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { settledVoters } from '../test/support/mesh-views.ts'
import { CHROMIUM_PATH } from '../test/support/requirements.ts'
import { deploy, PROCESSES_ONLY, runningOn, sleeper } from '../test/support/task-views.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10
const FILE_BYTES = 24 * 1024 * 1024
const MEGABYTE = 1_000_000

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const OFFLINE_FLAGS = ['--disable-background-networking', '--disable-component-update']

/** The service: a page, and a file of ordinary bytes. */
const PROGRAM = `
const file = Buffer.alloc(${FILE_BYTES}, 'a quite ordinary file. ')
require('node:http').createServer(({ url }, response) => {
  if (url === '/file') return response.setHeader('content-length', file.byteLength).end(file)
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>web</title><h1>Here it is</h1>')
}).listen(process.env.PORT, '127.0.0.1')`

const SERVICE = {
  ...sleeper('bench', 'web'),
  ports: [{ target: 8000, published: null, protocol: 'tcp' as const }],
  process: { command: ['node', '-e', PROGRAM] },
}

/** Runs the service on one of three daemons and gives its address at another one. */
const startService = async (daemons: Daemons): Promise<string> => {
  const mesh = await daemons.mesh('a', 'b', 'c')
  await settledVoters(mesh, mesh.length)
  const [first] = mesh
  if (first === undefined) throw new Error('there is no daemon')
  await deploy(first, SERVICE)
  const [task] = await runningOn(mesh, SERVICE)
  const other = mesh.find(({ ready }) => ready.node.id !== task?.node)
  if (task === undefined || other === undefined) throw new Error('the service runs nowhere')
  const [port] = task.ports
  await eventually('the program listens', async () => (await fetch(`http://127.0.0.1:${port?.port}`)).ok)
  const { url } = (await other.get('/v1/services/bench/web/url')) as ServiceUrl
  return url
}

/** Opens the page in a browser that has never seen it; the frame that shows it, and the time to its first byte. */
const open = async (context: BrowserContext, url: string) => {
  const page = await context.newPage()
  await page.goto(url)
  await page.frameLocator('#service').locator('h1').waitFor()
  const element = await page.locator('#service').elementHandle()
  const frame = (await element?.contentFrame()) as Frame
  const startMs = (await page.evaluate('performance.timeOrigin')) as number
  const firstByteMs = (await frame.evaluate(
    `performance.timeOrigin + performance.getEntriesByType('navigation')[0].responseStart - ${startMs}`,
  )) as number
  return { frame, firstByteMs }
}

const DOWNLOAD = `(async () => {
  const reader = (await fetch('/file')).body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read());
})()`

const megabytesPerSecond = async (frame: Pick<Frame, 'evaluate'>, script: string): Promise<number> => {
  const tookMs = await frame.evaluate(
    `(async () => { const startMs = performance.now(); await ${script}; return performance.now() - startMs })()`,
  )
  return FILE_BYTES / MEGABYTE / ((tookMs as number) / 1000)
}

const measure = async (
  browser: Browser,
  url: string,
  bareUrl: string,
  runs: number,
  say: (line: string) => void,
) => {
  const firstByteMs: number[] = []
  const ours: number[] = []
  const bare: number[] = []
  for (let run = 1; run <= runs; run++) {
    const context = await browser.newContext()
    const opened = await open(context, url)
    firstByteMs.push(opened.firstByteMs)
    ours.push(await megabytesPerSecond(opened.frame, DOWNLOAD))
    await context.close()
    const bareContext = await browser.newContext()
    const page = await bareContext.newPage()
    await page.goto(bareUrl)
    await page.evaluate('opened.then(() => true)')
    bare.push(await megabytesPerSecond(page, `download(${FILE_BYTES})`))
    await bareContext.close()
    const [first, fast, plain] = [firstByteMs, ours, bare].map((list) => list.at(-1)?.toFixed(1))
    say(`run ${run}: first byte after ${first} ms; ${fast} MB/s, a bare channel ${plain} MB/s`)
  }
  return { firstByteMs, ours, bare }
}

/**
 * `firstByteMs`: start of the navigation to the first byte of the service's own page, in a browser that knows nothing
 * of it: the page of the gateway, its service worker and the channel come first. `downloadMBps`: one file through
 * service, tunnel, channel and service worker; the peer's, the same bytes over a werift channel and nothing else.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons(undefined, PROCESSES_ONLY)
  const bareProcess = fork(fileURLToPath(new URL('./peers/bare-channel.ts', import.meta.url)))
  let browser: Browser | null = null
  try {
    const [port] = (await once(bareProcess, 'message')) as [number]
    const url = await startService(daemons)
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: [...FLAGS, ...OFFLINE_FLAGS] })
    const { firstByteMs, ours, bare } = await measure(
      browser,
      url,
      `http://localhost:${port}/`,
      runs ?? RUNS,
      say,
    )
    return [
      { metric: 'firstByteMs', unit: 'ms', samples: firstByteMs },
      {
        metric: 'downloadMBps',
        unit: 'MB/s',
        samples: ours,
        peer: { name: 'a bare werift channel', samples: bare },
      },
    ]
  } finally {
    await browser?.close()
    bareProcess.kill('SIGKILL')
    await daemons.close()
  }
}
