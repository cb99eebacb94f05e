/** The package as its users get it: packed, installed, and run by the Nodes that it says it runs on, and by one that it does not. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENTRY } from '../cli/coterie.ts'
import { createDaemons, type Daemons } from '../support/daemons.ts'
import { allAlive } from '../support/mesh-views.ts'
import { install, installNode, pack } from '../support/packed.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

const { version, engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** The oldest Node that the package names (its first patch was not packaged for arm64), and one that is older. */
const OLDEST = process.arch === 'arm64' ? '22.13.1' : '22.13.0'
const TOO_OLD = '18.20.8'

describe('the package', function () {
  this.timeout(300_000)
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let daemons: Daemons
  let entry: string
  let oldest: string
  let tooOld: string

  before(async function () {
    requires(this, 'registry')
    scratch = await scratchDir()
    const modules = await install(join(scratch.path, 'project'), await pack(scratch.path), '--omit=optional')
    entry = join(modules, 'coterie', 'cli', 'coterie.js')
    oldest = await installNode(scratch.path, OLDEST)
    tooOld = await installNode(scratch.path, TOO_OLD)
    daemons = await createDaemons([oldest, entry])
  })
  after(async () => {
    await daemons?.close()
    await scratch?.remove()
  })

  const runWith = (node: string, ...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(node, words, { encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const packaged = () => join(entry, '..', '..')

  it('holds compiled JavaScript and what a reader needs, and no sources or tests', () => {
    assert.deepEqual(
      readdirSync(packaged())
        .filter((name) => name !== 'examples')
        .sort(),
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'cli', 'dist', 'package.json', 'packaging'],
    )
    assert.deepEqual(readdirSync(join(packaged(), 'packaging')).sort(), [
      'coterie-watchdog.service',
      'coterie.service',
    ])
    assert.deepEqual(readdirSync(join(packaged(), 'cli')), ['coterie.js'])
    const files = readdirSync(join(packaged(), 'dist'), { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      files.filter((path) => /\.ts$|\btest\b/.test(path)),
      [],
    )
  })

  it(`prints its version on the oldest Node that it names and on its own`, () => {
    assert.equal(engines.node, `>=${OLDEST.replace(/\.\d$/, '')}`)
    for (const node of [oldest, process.execPath])
      assert.deepEqual(runWith(node, entry, '--version'), { status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('tells an older Node in one line which one it needs, installed or not', () => {
    const isTooOld = `coterie: this is Node ${TOO_OLD}, which is too old`
    const [least] = /[\d.]+/.exec(engines.node) ?? []
    const installed = `${isTooOld}. Install Node ${least} or later.\n`
    const fromSource = `${isTooOld} to run the sources. Install Node 22.18 or later; the package built from them needs ${least}.\n`
    for (const words of [['--version'], ['up', '--init'], []]) {
      assert.deepEqual(runWith(tooOld, entry, ...words), { status: 1, stdout: '', stderr: installed })
      assert.deepEqual(runWith(tooOld, ENTRY, ...words), { status: 1, stdout: '', stderr: fromSource })
    }
  })

  it('shows the whole demo on the oldest Node, a page through WebRTC among it', () => {
    const { status, stdout, stderr } = runWith(oldest, entry, 'demo', '--once', '--json')
    assert.equal(status, 0, stderr)
    assert.ok((JSON.parse(stdout) as { bytesThroughGateway: number }).bytesThroughGateway > 0)
  })

  it('rehearses a failure on the oldest Node, and on its own to the same end', () => {
    const example = join(packaged(), 'examples', 'hello', 'compose.yaml')
    const [oldestTold, ownTold] = [oldest, process.execPath].map((node) =>
      runWith(node, entry, 'sim', example, '--kill', 'leader@20s'),
    )
    assert.deepEqual([oldestTold?.status, oldestTold?.stderr], [0, ''])
    assert.deepEqual(oldestTold, ownTold)
  })

  it('profiles this machine on the oldest Node', () => {
    const { status, stdout, stderr } = runWith(oldest, entry, 'profile', '--json')
    assert.deepEqual([status, stderr], [0, ''])
    assert.ok((JSON.parse(stdout) as { hardware: { cpu_cores: number } }).hardware.cpu_cores > 0)
  })

  it('founds a mesh on the oldest Node, is joined, and stops', async () => {
    const [attic, cellar] = await daemons.mesh('attic', 'cellar')
    assert(attic && cellar)
    await allAlive([attic, cellar], 2)
    assert.deepEqual(await Promise.all([cellar.end('SIGTERM'), attic.end('SIGTERM')]), [0, 0])
  })
})
