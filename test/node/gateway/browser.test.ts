import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Browser, type BrowserContext, chromium, type Frame, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS } from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { CHROMIUM_PATH, requires } from '../../support/requirements.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

const FILE = Buffer.alloc(4_000_000, 'a quite ordinary file. ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let openDownloads = 0

const html = (response: ServerResponse, body: string): void => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><title>The service</title><link rel="stylesheet" href="/style.css">${body}`)
}

const endless = (response: ServerResponse): void => {
  openDownloads++
  const more = (): void => {
    while (response.write(FILE.subarray(0, 65_536)));
  }
  response.on('drain', more)
  response.on('close', () => {
    openDownloads--
  })
  more()
}

const service = (request: IncomingMessage, response: ServerResponse): void => {
  const { pathname } = new URL(request.url ?? '/', 'http://service')
  switch (pathname) {
    case '/style.css':
      response.setHeader('content-type', 'text/css').end('h1 { color: rgb(0, 128, 0) }')
      return
    case '/file':
      response.setHeader('content-length', FILE.byteLength).end(FILE)
      return
    case '/echo':
      request.pipe(response)
      return
    case '/endless':
      endless(response)
      return
    case '/dies':
      response.write('the beginning', () => response.destroy())
      return
    case '/login':
      response.setHeader('set-cookie', ['session=secret; HttpOnly; Path=/', 'theme=dark; Max-Age=60'])
      response.writeHead(303, { location: `http://${request.headers.host}/who` }).end()
      return
    case '/who':
      html(response, `<h1>cookie: ${request.headers.cookie ?? 'none'}</h1>`)
      return
    case '/framed':
      response.setHeader('x-frame-options', 'DENY')
      response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'")
      html(response, '<h1>shown all the same</h1>')
      return
    default:
      html(response, `<h1>Hello from node B</h1><p>${request.url}</p><a href="/second">second</a>`)
  }
}

describe('a browser reads a service of another node', function () {
  this.timeout(60_000)
  let nodes: TwoNodes
  let browser: Browser
  let context: BrowserContext
  let page: Page

  before(async function () {
    requires(this, 'chromium')
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] })
  })
  after(() => browser?.close())

  beforeEach(async () => {
    nodes = await startTwoNodes(service)
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    await context.close()
    await nodes.stop()
  })

  /** Opens a path of the service and gives the frame in which it is shown. */
  const open = async (path: string, tab = page): Promise<Frame> => {
    await tab.goto(new URL(path, nodes.a.url('web')).href)
    const heading = tab.frameLocator('#service').locator('h1')
    await heading.waitFor()
    return (await tab
      .locator('#service')
      .elementHandle()
      .then((frame) => frame?.contentFrame())) as Frame
  }
  const heading = (frame: Frame): Promise<string | null> => frame.locator('h1').textContent()

  it('shows its page with its style, title and address', async () => {
    const frame = await open('/hello?a=b')
    assert.equal(await heading(frame), 'Hello from node B')
    const color = await frame.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert.equal(color, 'rgb(0, 128, 0)')
    await eventually('the title', async () => (await page.title()) === 'The service')
    await frame.locator('a').click()
    await eventually('the address to follow', () => new URL(page.url()).pathname === '/second')
  })

  it('downloads a file whole, and uploads one that comes back whole', async () => {
    const frame = await open('/')
    const sums = await frame.evaluate(async () => {
      const digest = async (bytes: ArrayBuffer): Promise<string> =>
        Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
          byte.toString(16).padStart(2, '0'),
        ).join('')
      const file = await (await fetch('/file')).arrayBuffer()
      const echo = await fetch('/echo', { method: 'POST', body: file })
      return [await digest(file), await digest(await echo.arrayBuffer())]
    })
    assert.deepEqual(sums, [sha256(FILE), sha256(FILE)])
  })

  it('sees no body where there is none, and the status that the service gave', async () => {
    const frame = await open('/')
    const seen = await frame.evaluate(async () => {
      const head = await fetch('/file', { method: 'HEAD' })
      return [head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]
    })
    assert.deepEqual(seen, [200, String(FILE.byteLength), 0])
  })

  it('follows a redirect, and sends the cookies that it was given', async () => {
    const frame = await open('/login')
    assert.equal(await heading(frame), 'cookie: session=secret; theme=dark')
    assert.equal(new URL(frame.url()).pathname, '/who')
    const again = await frame.evaluate(async () =>
      (await (await fetch('/login')).text()).includes('theme=dark'),
    )
    assert.ok(again)
  })

  it('shows a service that wants no frame, and keeps the rest of its policy', async () => {
    const frame = await open('/framed')
    assert.equal(await heading(frame), 'shown all the same')
  })

  it('goes on after a reload, in a second tab, and when the worker was ended', async () => {
    await open('/one')
    await page.reload()
    await page.frameLocator('#service').locator('h1').waitFor()

    const second = await context.newPage()
    assert.equal(await heading(await open('/two', second)), 'Hello from node B')
    await second.close()

    const devtools = await context.newCDPSession(page)
    await devtools.send('ServiceWorker.enable')
    await devtools.send('ServiceWorker.stopAllWorkers')
    const frame = (await page
      .locator('#service')
      .elementHandle()
      .then((found) => found?.contentFrame())) as Frame
    assert.equal(await frame.evaluate(async () => (await fetch('/three')).status), 200)
  })

  it('ends the download at the service when its tab is closed, or the reader leaves', async () => {
    const frame = await open('/')
    await frame.evaluate(async () => {
      const { body } = await fetch('/endless')
      const reader = body?.getReader()
      await reader?.read()
      await reader?.cancel()
    })
    await eventually('the first download to end', () => openDownloads === 0)
    await frame.evaluate(async () => {
      await (await fetch('/endless')).body?.getReader().read()
    })
    assert.equal(openDownloads, 1)
    await page.close()
    await eventually('the second download to end', () => openDownloads === 0)
    await eventually('the session to end', () => nodes.b.sessionCount === 0)
  })

  it('gets an error in the middle of an answer that the service does not end', async () => {
    const frame = await open('/')
    const said = await frame.evaluate(async () => {
      try {
        return await (await fetch('/dies')).text()
      } catch (error) {
        return (error as Error).name
      }
    })
    assert.equal(said, 'TypeError')
  })

  it('reads what happened and what to do, when the service does not answer', async () => {
    const frame = await open('/')
    nodes.server.closeAllConnections()
    await new Promise((resolve) => nodes.server.close(resolve))
    await frame.locator('a').click()
    await frame.getByText('upstreamUnreachable').waitFor()
    await frame.getByText('Look at coterie logs web').waitFor()
  })

  it('waits with its reason while no replica runs, and goes on by itself', async () => {
    nodes.nodes.splice(0)
    await page.goto(nodes.a.url('web'))
    await page.getByText('no replica of "web" runs at the moment').waitFor()
    nodes.nodes.push('nodeB')
    await open('/')

    nodes.nodes.splice(0)
    const frame = (await page
      .locator('#service')
      .elementHandle()
      .then((found) => found?.contentFrame())) as Frame
    await frame.locator('a').click()
    await frame.getByText('serviceNotRunning').waitFor()
    await page.getByText('Connecting again').waitFor()
    nodes.nodes.push('nodeB')
    await page.locator('#status').waitFor({ state: 'hidden' })
    await frame.getByText('Hello from node B').waitFor()
  })

  it('gives up an attempt that the gateway never answers, says so, and tries again', async () => {
    const asked = Promise.withResolvers<void>()
    await page.route('**/.coterie/session', () => asked.resolve(), { times: 1 })
    await page.clock.install()
    await page.goto(nodes.a.url('web'))
    await asked.promise
    await page.clock.fastForward(15_000)
    await page.getByText('sessionTimedOut').waitFor()
    await page.clock.fastForward(500)
    await page.frameLocator('#service').getByText('Hello from node B').waitFor()
  })

  it('reads that the gateway is gone, when it is', async () => {
    await open('/')
    await nodes.a.stop()
    await page.goto(page.url())
    await page.getByText('gatewayUnreachable').waitFor()
  })
})
