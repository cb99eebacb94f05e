/**
 * The house's import table (docs/design/house.md): imports go down only, and a library with an adapter is
 * imported by that adapter alone.
 */
import assert from 'node:assert/strict'
import { importsOf, type SourceFile, sourceFiles } from './source-files.ts'

const isOurs = (specifier: string) =>
  /^(node|protocols|crdt|signaling|cli|panel|test|bench|packaging)\//.test(specifier)

/** The folder of a capability: `node/agent`, `protocols/wire`; a file directly below `node/` is itself. */
const roomOf = (path: string): string => path.split('/').slice(0, 2).join('/')

/** Exceptions, each with its reason in docs/design/house.md. */
const EXCEPTIONS = new Set([
  'cli/commands/up.ts -> node/daemon.ts',
  'cli/commands/sim.ts -> node/simulation',
  'cli/commands/watchdog.ts -> node/watchdog',
  'cli/commands/profile.ts -> node/profile',
  'cli/commands/discover.ts -> node/daemon/discover.ts',
  'cli/commands/doctor.ts -> node/daemon/doctor.ts',
  'cli/commands/restore.ts -> node/daemon/restore.ts',
  'cli/commands/demo.ts -> signaling/client',
])

const mayImport = (from: string, to: string): boolean => {
  const [room, target] = [roomOf(from), roomOf(to)]
  if (room === target) return true
  if (EXCEPTIONS.has(`${from} -> ${to}`) || EXCEPTIONS.has(`${from} -> ${target}`)) return true
  if (from.startsWith('protocols/')) return to.startsWith('protocols/')
  if (from.startsWith('crdt/')) return /^(crdt|protocols)\//.test(to)
  if (from.startsWith('signaling/')) return /^(signaling|protocols)\//.test(to)
  if (from === 'node/daemon.ts' || from.startsWith('node/daemon/'))
    return /^(node|protocols|crdt|signaling)\//.test(to)
  if (room === 'node/simulation') return /^(node|protocols|crdt)\//.test(to)
  if (room === 'node/ports') return to.startsWith('protocols/')
  if (['node/turns', 'node/files', 'node/http'].includes(room)) return /^(node\/ports|protocols)\//.test(to)
  if (from.startsWith('node/')) {
    const below =
      room === 'node/gateway'
        ? /^(node\/ports|node\/turns|node\/files|node\/http|crdt|protocols|signaling)\//
        : /^(node\/ports|node\/turns|node\/files|node\/http|crdt|protocols)\//
    return below.test(to)
  }
  if (from.startsWith('cli/')) return to.startsWith('cli/') || /^protocols\/(control|spec|errors)\//.test(to)
  if (from.startsWith('panel/'))
    return /^(panel|protocols\/(control|spec|errors)|signaling\/browser)\//.test(to)
  return true
}

/** Library -> the only rooms that may import it. */
const ADAPTERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(libp2p$|@libp2p\/|@chainsafe\/|@multiformats\/|multicast-dns)/, ['node/network']],
  [/^(level|classic-level)$/, ['node/storage']],
  [/^(yjs|lib0)(\/|$)/, ['crdt/']],
  [/^dockerode$/, ['node/agent/docker-runtime']],
  [/^(werift|node-datachannel)$/, ['signaling/gateway', 'signaling/client']],
  [/^fastify$/, ['node/control']],
  [/^jose(\/|$)/, ['node/users/tokens.ts']],
  [/^systeminformation$/, ['node/profile/graphics.ts']],
  [/^prom-client$/, ['node/metrics/exposition.ts']],
  [/^(@peculiar\/x509|reflect-metadata)$/, ['node/certificates/making.ts']],
  [/^yaml$/, ['cli/yaml.ts']],
  [/^qrcode$/, ['cli/qr-code.ts']],
  [/^(commander|cli-table3)$/, ['cli/']],
]

const violationsOf = (file: SourceFile): string[] =>
  importsOf(file).flatMap((specifier) => {
    if (isOurs(specifier)) return mayImport(file.path, specifier) ? [] : [`${file.path} -> ${specifier}`]
    const adapter = ADAPTERS.find(([library]) => library.test(specifier))
    const allowed = adapter === undefined || adapter[1].some((room) => file.path.startsWith(room))
    return allowed ? [] : [`${file.path} -> ${specifier}`]
  })

const inHouse = (file: SourceFile) => !/^(test|bench|packaging)\//.test(file.path)

describe('house: imports', () => {
  it('go down only, and each library stays behind its adapter', () => {
    assert.deepEqual(sourceFiles().filter(inHouse).flatMap(violationsOf), [])
  })

  it('are judged by a table that can refuse', () => {
    const planted = (path: string, specifier: string) =>
      violationsOf({ path, text: `import { x } from '${specifier}'\n` })
    assert.equal(planted('protocols/wire/x.ts', '../../crdt/index.ts').length, 1)
    assert.equal(planted('node/agent/x.ts', '../scheduler/index.ts').length, 1)
    assert.equal(planted('cli/x.ts', '../node/daemon.ts').length, 1)
    assert.equal(planted('node/intent/x.ts', 'yjs').length, 1)
    assert.equal(planted('node/intent/x.ts', '../../crdt/index.ts').length, 0)
  })
})

describe('house: protocols', () => {
  it('have no clock, no chance, no timers, no console, no node', () => {
    const impure =
      /from 'node:|\bDate\.now\b|\bMath\.random\b|\bset(Timeout|Interval|Immediate)\b|\bconsole\.|\bprocess\.|\bBuffer\b|\bawait\b/
    const found = sourceFiles()
      .filter((file) => file.path.startsWith('protocols/'))
      .flatMap((file) =>
        file.text
          .split('\n')
          .filter((line) => impure.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
          .map((line) => `${file.path}: ${line.trim()}`),
      )
    assert.deepEqual(found, [])
  })
})

describe('house: Compose files', () => {
  it('are loaded and read without a file system of their own', () => {
    const impure = sourceFiles()
      .filter((file) => file.path.startsWith('cli/compose/'))
      .filter((file) => importsOf(file).some((specifier) => specifier.startsWith('node:')))
      .map(({ path }) => path)
    assert.deepEqual(impure, [])
  })
})

describe('house: files', () => {
  it('stay small: none over 500 lines, nine in ten under 300', () => {
    const lines = sourceFiles().map((file) => ({ path: file.path, count: file.text.split('\n').length }))
    assert.deepEqual(
      lines.filter(({ count }) => count > 500),
      [],
    )
    assert.ok(lines.filter(({ count }) => count > 300).length <= lines.length / 10)
  })

  it('have names that say what they own', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|lib)(\/|\.ts$)/
    assert.deepEqual(
      sourceFiles().filter((file) => vague.test(file.path)),
      [],
    )
  })

  it('of the tests never sleep for a fixed time', () => {
    const sleep = /setTimeout\([^,]*(resolve|done|r),? *[0-9]{2,}|\b(sleep|delay)\([0-9]{2,}/
    const found = sourceFiles().filter((file) => file.path.startsWith('test/') && sleep.test(file.text))
    assert.deepEqual(
      found.map((file) => file.path).filter((path) => path !== 'test/house/import-table.test.ts'),
      [],
    )
  })
})
