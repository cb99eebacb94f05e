/**
 * A person's browser reads the example of three real daemons: a page of a service on another node, and still reads it
 * after that node was killed. `COTERIE_SCREENSHOTS=DIR` keeps the picture; docs/screenshots holds one.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { parseCompose } from '../../cli/compose/index.ts'
import { ROOT } from '../house/source-files.ts'
import { CHROMIUM_FLAGS } from '../support/chromium.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { byId, settledVoters } from '../support/mesh-views.ts'
import { CHROMIUM_PATH, requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'
import { apply, PROCESSES_ONLY, runningOn, tasksOf } from '../support/task-views.ts'

describe('a browser at a mesh of three daemons', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let browser: Browser
  let page: Page
  let pictures: Awaited<ReturnType<typeof scratchDir>>

  before(async function () {
    requires(this, 'chromium')
    pictures = await scratchDir()
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] })
    page = await (await browser.newContext({ viewport: { width: 900, height: 560 } })).newPage()
  })
  after(async () => {
    await browser?.close()
    await daemons?.close()
    await pictures?.remove()
  })

  const heading = () =>
    eventually('the page of the service', async () => {
      for (const frame of page.frames()) {
        const text = await frame
          .locator('h1')
          .first()
          .textContent({ timeout: 1_000 })
          .catch(() => null)
        if (text?.includes('The clock')) return text
      }
      return null
    })
  const shownTask = async () => {
    const texts = await Promise.all(
      page.frames().map((frame) =>
        frame
          .locator('code')
          .allTextContents()
          .catch(() => []),
      ),
    )
    return texts.flat().find((text) => text.startsWith('hello.clock.')) ?? null
  }

  it('reads a page of a service that runs on another node', async () => {
    const { project, services } = parseCompose(
      await readFile(join(ROOT, 'examples/hello/compose.yaml'), 'utf8'),
      'compose.yaml',
      'hello',
    )
    await apply(mesh[0] as RunningDaemon, project, { specs: services })
    const clock = services.find(({ name }) => name === 'clock') as (typeof services)[number]
    const [task] = await runningOn(mesh, clock)
    const asked = mesh.find(({ ready }) => ready.node.id !== task?.node) as RunningDaemon
    await page.goto(`http://clock.localhost:${asked.ready.gatewayPort}/`)
    await heading()
    assert.equal(await eventually('it says who answers', shownTask), task?.task)
    await page.screenshot({ path: join(process.env.COTERIE_SCREENSHOTS ?? pictures.path, 'clock.png') })
  })

  it('reads it again by itself after that node was killed', async () => {
    const before = await shownTask()
    const tasks = (await tasksOf(mesh[0] as RunningDaemon)).tasks
    const victim = byId(mesh, tasks.find(({ task }) => task === before)?.node as string)
    await victim.end('SIGKILL')
    await eventually(
      'the page of the clock that runs elsewhere',
      async () => {
        await page.reload({ timeout: 5_000 })
        await heading()
        const now = await shownTask()
        return now !== null && now !== before
      },
      60_000,
    )
  })
})
