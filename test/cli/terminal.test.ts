import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from '../../protocols/control/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { handMadeService, handMadeTask, retell, revisionId } from '../node/control/hand-made.ts'
import { eventually } from '../support/eventually.ts'
import { requires } from '../support/requirements.ts'
import { ENTRY, outcomeOf } from './coterie.ts'

const OBJECT = 'service/shop/web'
const plan: Plan = {
  changes: [{ object: OBJECT, action: 'create', head: null, fields: [] }],
  placements: [],
}

describe('cli: on a terminal', () => {
  let fixture: Fixture
  let file: string
  before(async function () {
    requires(this, 'terminal')
    fixture = await startControl()
    file = join(fixture.dir, 'shop.yaml')
    await writeFile(file, 'name: shop\nservices:\n  web: {image: web:2}\n')
  })
  after(() => fixture?.stop())

  const running: ChildProcessWithoutNullStreams[] = []
  beforeEach(() =>
    retell(fixture.handMade, {
      plan: () => plan,
      apply: () => ({
        revisions: [{ object: OBJECT, revision: revisionId('a'), state: 'accepted', reason: null }],
      }),
      services: [handMadeService('shop', 'web')],
      tasks: [handMadeTask('shop', 'web', 0, { state: 'preparing' })],
    }),
  )
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })

  /** A command on a terminal of its own; what it shows, and typing into it. */
  const type = (...words: string[]) => {
    const line = [process.execPath, ENTRY, ...words, '--socket', fixture.socketPath]
      .map((word) => `'${word}'`)
      .join(' ')
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', TERM: 'xterm' },
    })
    running.push(child)
    let shown = ''
    child.stdout.on('data', (chunk) => {
      shown += chunk
    })
    const outcome = outcomeOf(child)
    return {
      outcome,
      shows: (what: string) => eventually(`it shows ${what}`, () => shown.includes(what)),
      types: (text: string) => child.stdin.write(text),
    }
  }

  it('deploy asks, and takes everything but y for a no', async () => {
    for (const answer of ['n\r', '\r', 'yo\r', '\u0003', '\u0004']) {
      const { outcome, shows, types } = type('deploy', '-f', file)
      await shows('Deploy shop? [y/N]')
      types(answer)
      const { code, stdout } = await outcome
      assert.equal(code, 1)
      assert.match(stdout, /coterie: you said no, so nothing was changed: it would deploy shop\./)
    }
    assert.equal(fixture.handMade.script.asked.apply.length, 0)
  })

  it('deploy draws the progress over itself', async () => {
    const { outcome, shows, types } = type('deploy', '-f', file)
    await shows('[y/N]')
    types('y\r')
    await shows('shop/web 0  preparing on kitchen')
    fixture.handMade.script.tasks = [handMadeTask('shop', 'web', 0)]
    await shows('\u001b[1F\u001b[0Jshop/web 0  running on kitchen')
    const { code, stdout } = await outcome
    assert.equal(code, 0)
    assert.match(stdout, /shop is deployed: one slot runs\./)
  })

  it('Ctrl-C leaves the deployment going', async () => {
    const { outcome, shows, types } = type('deploy', '-f', file, '-y')
    await shows('preparing on kitchen')
    types('\u0003')
    const { code, stdout } = await outcome
    assert.equal(code, 130)
    assert.match(stdout, /shop goes on without this command\. Look again with coterie ps\./)
  })

  it('open shows a QR code below the link', async () => {
    const { stdout } = await type('open', 'web').outcome
    assert.match(stdout, /^http:\/\/web\.localhost:8090\/\r\n[\s█▀▄]{200,}$/)
  })
})
