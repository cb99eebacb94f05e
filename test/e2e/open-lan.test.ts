/** Daemons that ask to join without a token, by the command line alone. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { OpenLanState, Status } from '../../protocols/control/index.ts'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { nodesOf } from '../support/mesh-views.ts'
import { createLan, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'

const freeUdpPort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** The one that waits, as the API tells it. */
const waitingAt = (member: RunningDaemon) =>
  eventually('a machine waits', async () => {
    const { requests } = (await member.get('/v1/open-lan')) as OpenLanState
    return requests.find(({ state }) => state === 'waiting')
  })

const shown = (fingerprint: string) => `${fingerprint.slice(0, 4)}-${fingerprint.slice(4)}`

describe('machines that ask to join', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  /** Loopback is one LAN for all that runs on this machine: these daemons are on a port of their own. */
  let here: readonly string[]

  before(async () => {
    daemons = await createDaemons()
    here = ['--discovery', 'broadcast', '--discovery-port', String(await freeUdpPort())]
    attic = await daemons.start({ name: 'attic', found: true, flags: here })
  })
  after(() => daemons?.close())

  const at = (member: RunningDaemon, ...words: string[]) =>
    coterie([...words, '--socket', member.ready.socket])

  const asking = (name: string, ...words: string[]) => {
    const place = ['--data-dir', `${daemons.path}/${name}`, '--node-name', name, '--log-level', 'error']
    const ports = [
      '--api-port',
      '0',
      '--gateway-port',
      '0',
      '--listen',
      '127.0.0.1:0',
      '--watchdog',
      'external',
    ]
    return coterie(['up', '--ask', ...place, ...ports, ...here, ...words])
  }

  it('are told that nobody is open', async () => {
    const { code, stderr } = await asking('cellar', '-y', '--at', attic.ready.addresses[0] as string)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^coterie: that node is not open to machines that ask to join, [^\n]*open-lan 10m[^\n]*\n$/,
    )
  })

  it('are let in by an admin who types the number on their screen', async () => {
    const opened = await at(attic, 'node', 'open-lan', '10m')
    assert.match(opened.stdout, /^This node is open to machines of its LAN, .*, for (10m 0s|9m 59s)\.\n/)
    const joining = daemons.start({ name: 'cellar', flags: [...here, '--ask', '-y'] })
    const { fingerprint } = await waitingAt(attic)
    const listed = await at(attic, 'node', 'approve')
    assert.match(listed.stdout, new RegExp(`^${shown(fingerprint)} +cellar +waiting +full +`, 'm'))
    const approved = await at(attic, 'node', 'approve', shown(fingerprint))
    assert.match(approved.stdout, /^cellar, which shows \d{4}-\d{4}, is let in/)
    const cellar = await joining
    assert.equal(cellar.ready.how, 'joined')
    assert.ok(cellar.log.includes(`  ${shown(fingerprint)}`), cellar.log.join('\n'))
    assert.equal((await nodesOf(attic)).length, 2)
    assert.match((await at(attic, 'status')).stdout, /^open LAN +for 9m \d+s more; 0 waiting/m)
  })

  it('are not let in where an admin denies it', async () => {
    const outcome = asking('shed', '-y')
    await waitingAt(attic)
    assert.match((await at(attic, 'node', 'deny', 'shed')).stdout, /^shed, which shows .*, is not let in/)
    const { code, stderr } = await outcome
    assert.equal(code, 1)
    assert.match(stderr, /\ncoterie: an admin of the mesh did not let this machine in\. /)
  })

  it('give up where nobody can compare the number', async () => {
    const { code, stderr } = await asking('barn')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /\ncoterie: nobody can be asked here whether to join coterie, [^\n]* Give -y [^\n]*\n$/,
    )
    const { requests } = (await attic.get('/v1/open-lan')) as OpenLanState
    assert.ok(!requests.some(({ name }) => name === 'barn'))
  })

  it('are let in by a member that opened itself as it came back, which --ask does not keep from it', async () => {
    assert.match((await at(attic, 'node', 'close-lan')).stdout, /^This node is closed/)
    assert.equal(((await attic.get('/v1/status')) as Status).openLan, null)
    const founded = [...here, '--ask', '--open-lan', '10m', '--auto-approve']
    await attic.end('SIGTERM')
    attic = await daemons.start({ name: 'attic', flags: founded })
    assert.equal(attic.ready.how, 'restarted')
    await eventually('it is open', async () => ((await attic.get('/v1/status')) as Status).openLan)
    const loft = await daemons.start({ name: 'loft', flags: [...here, '--ask', '-y', '--role', 'edge'] })
    assert.equal(loft.ready.how, 'joined')
    const known = (await nodesOf(attic)).find(({ name }) => name === 'loft')
    assert.equal(known?.edge, true)
  })
})

describe('machines that ask to join on a LAN', function () {
  this.timeout(120_000)
  let lan: Lan
  let daemons: Daemons

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(2)
    daemons = await createDaemons()
  })
  after(async () => {
    try {
      await daemons?.close()
    } finally {
      await lan?.remove()
    }
  })

  for (const method of ['mdns', 'broadcast'])
    it(`find an open member by ${method} alone`, async () => {
      const start = (place: number, name: string, found: boolean, ...flags: string[]) =>
        daemons.start({
          ...{ name, found, listen: '0.0.0.0:7946', within: lan.hosts[place]?.within ?? [] },
          flags: ['--discovery', method, ...flags],
        })
      const member = await start(0, `attic-${method}`, true, '--open-lan', '10m', '--auto-approve')
      const asker = await start(1, `cellar-${method}`, false, '--ask', '-y')
      assert.equal(asker.ready.how, 'joined')
      for (const daemon of [asker, member]) await daemon.end('SIGTERM')
    })
})
