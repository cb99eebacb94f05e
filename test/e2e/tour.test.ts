/**
 * The README's five minutes, word for word, on three hosts of a network of the test's own. Each host has a home of
 * its own, no Docker, and may run processes; everything else is as the page says.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../house/source-files.ts'
import { eventually } from '../support/eventually.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

const run = promisify(execFile)

/** The commands of the page, in their order. */
const tourOf = (readme: string): string[] => {
  const [, tour = ''] = /<!-- five minutes: begin -->([\s\S]*?)<!-- five minutes: end -->/.exec(readme) ?? []
  return tour
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim())
}

const TOUR = [
  'coterie up --init',
  'coterie up --token coterie_...',
  'coterie node ls',
  'coterie voters',
  'coterie deploy -f examples/hello/compose.yaml',
  'coterie ps',
  'coterie logs web',
  'coterie open clock',
  'coterie ps',
  'coterie rm hello/',
]

describe("the README's five minutes", function () {
  this.timeout(180_000)
  let lan: Lan
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const children: ChildProcess[] = []
  let token = ''

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(3)
    scratch = await scratchDir()
    const shim = join(scratch.path, 'coterie')
    await writeFile(shim, `#!/bin/sh\nexec ${process.execPath} ${ROOT}cli/coterie.js "$@"\n`)
    await chmod(shim, 0o755)
  })
  after(async () => {
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(
      children.map(
        (child) => child.exitCode === null && new Promise((resolve) => child.once('exit', resolve)),
      ),
    )
    await scratch?.remove()
    await lan?.remove()
  })

  const host = (place: number) => lan.hosts[place] as Host
  const environmentOf = (place: number) => ({
    PATH: `${scratch.path}:${process.env.PATH}`,
    COTERIE_DATA_DIR: join(scratch.path, `h${place}`),
    COTERIE_NODE_NAME: ['attic', 'cellar', 'shed'][place] as string,
    COTERIE_PROCESSES: 'on',
    COTERIE_DOCKER_SOCKET: join(scratch.path, 'no-engine'),
    COTERIE_LOG_LEVEL: 'warn',
  })

  /** Types a line at a host's terminal, in the repository, and gives what it printed. */
  const type = async (place: number, line: string, answer = ''): Promise<string> => {
    const [command = '', ...args] = [...host(place).within, 'sh', '-c', line]
    const running = run(command, args, { cwd: ROOT, env: environmentOf(place), timeout: 60_000 })
    running.child.stdin?.end(answer)
    return (await running).stdout
  }

  /** Types a line that stays, and resolves with what it printed once that shows `sign`. */
  const stay = async (place: number, line: string, sign: RegExp): Promise<string> => {
    await mkdir(environmentOf(place).COTERIE_DATA_DIR, { recursive: true, mode: 0o700 })
    const [command = '', ...args] = [...host(place).within, 'sh', '-c', `exec ${line}`]
    const child = spawn(command, args, {
      cwd: ROOT,
      env: environmentOf(place),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    await eventually(`${line} says ${sign}`, () => sign.test(said))
    return said
  }

  it('are these commands', async () => {
    assert.deepEqual(tourOf(await readFile(join(ROOT, 'README.md'), 'utf8')), TOUR)
  })

  it('found on the first machine and join on the others without an address', async () => {
    const said = await stay(0, TOUR[0] as string, /For more of them/)
    token = /coterie up --token (coterie_[\w-]+)/.exec(said)?.[1] ?? ''
    const line = (TOUR[1] as string).replace('coterie_...', token)
    await Promise.all([1, 2].map((place) => stay(place, line, /joined the mesh/)))
  })

  it('show three machines and a majority', async () => {
    assert.match(await type(1, TOUR[2] as string), /attic[\s\S]*cellar|cellar[\s\S]*attic/)
    await eventually('three voters', async () =>
      /A majority of 2 is there/.test(await type(2, TOUR[3] as string)),
    )
  })

  it('deploy the example, list it and read its lines', async () => {
    // Not at a terminal nobody is asked; at one, the answer is y. Everything else is the same.
    const said = await type(1, `${TOUR[4]} -y`)
    assert.match(said, /hello is deployed: 3 slots run/)
    await eventually('another machine lists it', async () =>
      /hello\/clock +0 +running/.test(await type(2, TOUR[5] as string)),
    )
    await eventually(
      'both copies said so',
      async () => (await type(0, TOUR[6] as string)).match(/listening/g)?.length === 2,
    )
  })

  it('open the clock, and run it elsewhere when its machine loses its cable', async () => {
    assert.match(await type(0, `${TOUR[7]} --print`), /^http:\/\/clock\.localhost:8090\/$/m)
    const names = ['attic', 'cellar', 'shed']
    const runsOn = async (place: number) =>
      /hello\/clock +0 +running +(\w+)/.exec(await type(place, TOUR[8] as string))?.[1] ?? null
    const lost = names.indexOf((await runsOn(0)) as string)
    await host(lost).cut()
    const other = (lost + 1) % 3
    await eventually('the clock runs elsewhere', async () => {
      const now = await runsOn(other)
      return now !== null && now !== names[lost]
    })
    await host(lost).heal()
    await eventually('all agree again', async () => (await runsOn(lost)) === (await runsOn(other)))
  })

  it('remove it', async () => {
    assert.match(await type(1, `${TOUR[9]} -y`), /Removed hello\/clock/)
    await eventually('nothing is listed', async () => !/hello\//.test(await type(2, 'coterie ps')))
  })
})
