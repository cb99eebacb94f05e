import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { Diagnosis, DoctorRequest } from '../../protocols/control/index.ts'
import { FINDINGS, NODE, OTHER, startControl } from '../node/control/fixture.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie } from './coterie.ts'

const FREE_PORTS = ['--listen', '127.0.0.1:0', '--api-port', '0', '--gateway-port', '0']

describe('cli: doctor', function () {
  this.timeout(30_000)

  it('looks at the machine alone where no daemon runs, and says so', async () => {
    const scratch = await scratchDir()
    try {
      const words = ['doctor', '--data-dir', scratch.path, ...FREE_PORTS, '--docker-socket', '/nonexistent']
      const { code, stdout, stderr } = await coterie([...words, '--json'])
      assert.deepEqual([code, stderr], [0, ''])
      const { findings } = JSON.parse(stdout) as Diagnosis
      assert.deepEqual(
        findings.map(({ id }) => id),
        ['daemon', 'ports', 'docker', 'privileges', 'disk', 'names', 'clock'],
      )
      assert.match(findings[0]?.finding ?? '', /^no daemon answers at .*: this looks at the machine alone$/)
      assert.match(findings[0]?.fix ?? '', /coterie up/)
      const shown = await coterie(words)
      assert.match(shown.stdout, /^RESULT +CHECK +ABOUT +FINDING\nwarning +daemon +this machine +no daemon/)
      assert.match(shown.stdout, /^ +cure +Install Docker Engine, or name its socket by --docker-socket$/m)
      assert.match(shown.stdout, /\n\d warnings\n$/)
    } finally {
      await scratch.remove()
    }
  })

  it('names the program that holds a port, and ends with 1', async () => {
    const scratch = await scratchDir()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const ports = ['--listen', '127.0.0.1:0', '--api-port', String(port), '--gateway-port', '0']
      const { code, stdout } = await coterie(['doctor', '--data-dir', scratch.path, ...ports])
      assert.equal(code, 1)
      assert.match(
        stdout,
        new RegExp(`^bad +ports .*:${port} for the API is taken by .*process ${process.pid}`, 'm'),
      )
    } finally {
      server.close()
      await scratch.remove()
    }
  })

  it('tells of an interface that is not there as a finding', async () => {
    const words = ['doctor', '--data-dir', join('/tmp', 'nowhere'), '--bind-interface', 'eth99', '--json']
    const { findings } = JSON.parse((await coterie(words)).stdout) as Diagnosis
    const ports = findings.find(({ id }) => id === 'ports')
    assert.match(ports?.finding ?? '', /there is no network interface eth99/)
    assert.match(ports?.fix ?? '', /bind-interface/)
  })

  it('asks the daemon that runs, of a pair by names or by the beginning of ids', async () => {
    const asked: DoctorRequest[] = []
    const fixture = await startControl({
      doctor: {
        examine: async (request) => {
          asked.push(request)
          return { findings: [...FINDINGS] }
        },
      },
    })
    try {
      const socket = ['--socket', fixture.socketPath]
      const alone = await coterie(['doctor', ...socket])
      assert.equal(alone.code, 1)
      assert.match(
        alone.stdout,
        /^bad +direct +kitchen to attic +nobody listens at 192\.0\.2\.7:7946\n +cure +Start/m,
      )
      assert.match(alone.stdout, /\n1 bad\n$/)
      await coterie(['doctor', 'attic', NODE.slice(0, 20), ...socket])
      assert.deepEqual(asked, [{ pair: null }, { pair: { a: OTHER, b: NODE } }])
      for (const [words, said] of [
        [['doctor', 'attic'], /takes two members, or none/],
        [['doctor', 'attic', 'attic'], /takes two members, or none/],
        [['doctor', 'atti', 'kitchen'], /no member is called atti; the nearest is attic\./],
      ] as const) {
        const { code, stderr } = await coterie([...words, ...socket])
        assert.equal(code, 1)
        assert.match(stderr, said)
      }
      assert.equal(asked.length, 2)
    } finally {
      await fixture.stop()
    }
  })

  it('of a pair needs a daemon', async () => {
    const { code, stderr } = await coterie(['doctor', 'a', 'b', '--socket', '/nonexistent/coterie.sock'])
    assert.equal(code, 1)
    assert.match(stderr, /^coterie: no daemon answers at [^\n]*\.\n$/)
  })
})
