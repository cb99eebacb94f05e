/** What people ask of an engine, at a daemon that has none: a login for a registry, an image by its digest, a command in a container, usage. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Plan } from '../../protocols/control/index.ts'
import { pinImage } from '../../protocols/spec/index.ts'
import { outcomeOf, startCoterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { docker, removeContainers } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { requires } from '../support/requirements.ts'
import { apply, deploy, sleeper, tasksOf } from '../support/task-views.ts'

const PROJECT = 'e2e-engine'
const ENGINE_SOCKET = process.env.DOCKER_HOST?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock'

describe('an engine that is asked from another machine', function () {
  this.timeout(60_000)
  const ends: (() => Promise<unknown>)[] = []
  let registry: TestRegistry
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let busybox: Buffer

  before(async function () {
    requires(this, 'docker')
    busybox = await readFile('/usr/bin/busybox')
    registry = await startRegistry({ login: { username: 'ada', secret: 'hunter2' } })
    ends.push(registry.close)
    daemons = await createDaemons(undefined, { COTERIE_DOCKER_SOCKET: '/nonexistent/docker.sock' })
    ends.push(daemons.close)
    attic = await daemons.start({ name: 'attic', found: true, flags: ['--docker-socket', ENGINE_SOCKET] })
    ends.splice(-1, 0, () => removeContainers(`coterie.mesh=${attic.ready.mesh.id}`))
    const at = ['--at', attic.ready.addresses[0] as string]
    cellar = await daemons.start({ name: 'cellar', token: await attic.invite(), flags: at })
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })

  const asked = async (words: readonly string[], input = '', from = cellar) => {
    const child = startCoterie(words, { COTERIE_SOCKET: from.ready.socket })
    child.stdin.end(input)
    return outcomeOf(child)
  }
  const image = () => registry.serve('1', { busybox })
  const web = (name = image().name) => ({
    ...sleeper(PROJECT, 'web'),
    image: name,
    command: ['/bin/busybox', 'sleep', '100000'],
    process: null,
  })
  const planned = async (at: RunningDaemon, name: string) =>
    ((await at.post('/v1/plan', { project: PROJECT, specs: [web(name)] })) as Plan).images?.[0]
  const running = () =>
    eventually('it runs', async () => {
      const [task] = (await tasksOf(cellar)).tasks
      return task?.state === 'running' ? task : null
    })

  it('pulls what it has a login for, as the digest that was planned', async () => {
    const { name, digest } = image()
    ends.push(() => docker('rmi', '--force', `${name.replace(/:1$/, '')}@${digest}`).catch(() => ''))
    const login = ['registry', 'login', registry.host, '-u', 'ada', '--password-file', '-']
    const wrong = await asked(login, 'wrong\n', attic)
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /refuses/)
    const given = await asked(login, 'hunter2\n')
    assert.match(given.stdout, /logs in to 127.*as ada: 1 machine has it. It was not tried/)
    assert.equal((await planned(attic, name))?.image, pinImage(name, digest))
    await deploy(attic, web(name))
    await running()
    // The tag moves on, which a daemon without an engine learns from one that has one.
    const next = registry.serve('1').digest
    assert.equal((await planned(cellar, name))?.image, pinImage(name, next))
    const { stdout } = await asked(['registry', 'ls'])
    assert.match(stdout, /ada/)
    assert.doesNotMatch(stdout, /hunter2/)
  })

  it('runs a command in a container, and gives its exit code', async () => {
    await running()
    const echoed = await asked(['exec', '-i', 'web', '--', '/bin/busybox', 'cat'], 'hello\n')
    assert.deepEqual(echoed, { code: 0, stdout: 'hello\n', stderr: '' })
    const failed = await asked(['exec', 'web', '--', '/bin/busybox', 'sh', '-c', 'exit 7'])
    assert.equal(failed.code, 7)
    const none = await asked(['exec', 'web', '--slot', '5', '--', 'true'])
    assert.match(none.stderr, /no task in slot 5/)
  })

  it('tells what its tasks use, and how it is', async () => {
    const { stdout } = await asked(['top', '--once', '--json'])
    const { tasks, silent } = JSON.parse(stdout)
    assert.deepEqual(silent, [])
    assert.equal(tasks[0]?.node, 'attic')
    assert.ok(tasks[0]?.memoryBytes > 0 && tasks[0]?.cpus !== null)
    assert.match(
      (await asked(['status'], '', attic)).stdout,
      /engine +answers; one image pulled for the mesh/,
    )
    assert.match((await asked(['status'])).stdout, /engine +does not answer/)
    await apply(attic, PROJECT, { remove: ['web'] })
    await eventually('it is gone', async () => (await tasksOf(cellar)).tasks.length === 0)
  })
})
