/** `coterie doctor` beside real daemons: a mesh that is sound, and one thing after the other that is not. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Diagnosis, Finding } from '../../protocols/control/index.ts'
import { coterie, ENTRY } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon, type StartDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, nodesOf, settledVoters } from '../support/mesh-views.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'
import { createWatchedDaemons } from '../support/watched-daemons.ts'

const run = promisify(execFile)

const CLOCK_AHEAD = pathToFileURL(join(import.meta.dirname, '../support/clock-ahead.ts')).href

/** Tasks run as plain processes, and there is no engine whatever this machine has. */
const SHARED = { COTERIE_PROCESSES: 'on', COTERIE_DOCKER_SOCKET: '/nonexistent/docker.sock' }

const examine = async (at: RunningDaemon, ...names: string[]) => {
  const { code, stdout, stderr } = await coterie(['doctor', ...names, '--json', '--data-dir', at.dataDir])
  assert.equal(stderr, '')
  return { code, findings: (JSON.parse(stdout) as Diagnosis).findings }
}

const told = (findings: readonly Finding[], id: string, about: string): Finding =>
  findings.find((finding) => finding.id === id && finding.about === about) ??
  assert.fail(`no ${id} about ${about}: ${JSON.stringify(findings)}`)

describe('coterie doctor in a mesh on one machine', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createWatchedDaemons(SHARED)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await allAlive(mesh, 3)
    await settledVoters(mesh, 3)
    await at(0).post(`/v1/issuers/${at(1).ready.node.id}/grant`, {})
  })
  after(() => daemons?.close())

  const at = (place: number) => mesh[place] as RunningDaemon

  /** The time of a disk under a test run says nothing of the product. */
  const isSound = ({ id, result, finding }: Finding): boolean =>
    result === 'good' ||
    ((id === 'docker' || id === 'relay') && result === 'notApplicable') ||
    (id === 'disk' && result === 'warning' && /a synced write takes/.test(finding))

  it('that is sound finds nothing else', async () => {
    const { code, findings } = await examine(at(0))
    assert.deepEqual(
      findings.filter((finding) => !isSound(finding)),
      [],
    )
    assert.deepEqual(
      findings.map(({ id }) => id),
      [
        ...['daemon', 'voters', 'ports', 'addresses', 'docker', 'watchdog', 'privileges', 'disk', 'names'],
        ...['certificates', 'certificates', 'clock', 'direct', 'relay', 'transfer', 'clock', 'udp'],
      ],
    )
    assert.equal(code, 0)
  })

  it('looks at two of them from both ends, asked at a third', async () => {
    const { code, findings } = await examine(at(0), 'cellar', 'shed')
    assert.equal(code, 0)
    assert.deepEqual(
      findings.map(({ id, about, result }) => `${about}: ${id} ${result}`),
      ['cellar to shed', 'shed to cellar'].flatMap((about) => [
        `${about}: direct good`,
        `${about}: relay notApplicable`,
        ...['transfer', 'clock', 'udp'].map((id) => `${about}: ${id} good`),
      ]),
    )
  })

  it('finds the machine whose clock is an hour ahead', async () => {
    const token = await at(0).invite()
    const flags = ['--at', at(0).ready.addresses[0] as string]
    const env = { NODE_OPTIONS: `--import ${CLOCK_AHEAD}`, CLOCK_AHEAD_MS: String(3_600_000) }
    const ahead = await daemons.start({ name: 'tower', token, flags, env })
    await allAlive([...mesh, ahead], 4)
    const { code, findings } = await examine(at(0))
    assert.equal(code, 1)
    const { result, finding, fix } = told(findings, 'clock', 'attic to tower')
    assert.equal(result, 'bad')
    assert.match(finding, /the clock of tower is 60 min ahead/)
    assert.equal(fix, 'On tower type: timedatectl set-ntp true')
    assert.equal(told(await examine(ahead).then((own) => own.findings), 'clock', 'tower').result, 'bad')
    await ahead.end('SIGKILL')
  })

  it('finds the member that is down, and says what cures it', async () => {
    await at(2).end('SIGKILL')
    const { code, findings } = await examine(at(0))
    assert.equal(code, 1)
    const { result, finding, fix } = told(findings, 'direct', 'attic to shed')
    assert.equal(result, 'bad')
    assert.match(finding, /^nobody listens at 127\.0\.0\.1:\d+$/)
    assert.equal(fix, 'Start coterie up on shed')
    assert.equal(told(findings, 'direct', 'attic to cellar').result, 'good')
  })
})

/** Two machines in a network of their own, and daemons, all gone after the tests; `begin` starts what they look at. */
const onLan = (begin: (lan: Lan, daemons: Daemons) => Promise<void>): void => {
  let lan: Lan
  let daemons: Daemons
  before(async function () {
    requires(this, 'netns')
    lan = await createLan(2)
    daemons = await createDaemons(undefined, SHARED)
    await begin(lan, daemons)
  })
  after(async () => {
    try {
      await daemons?.close()
    } finally {
      await lan?.remove()
    }
  })
}

describe('coterie doctor on a network', function () {
  this.timeout(180_000)
  let hosts: readonly Host[]
  let mesh: RunningDaemon[]

  onLan(async (lan, daemons) => {
    hosts = lan.hosts
    const start = (place: number, name: string, token?: string) =>
      daemons.start({
        name,
        listen: '0.0.0.0:7946',
        within: hostAt(place).within,
        ...(token === undefined ? { found: true } : { token }),
      })
    const founder = await start(0, 'attic')
    mesh = [founder, await start(1, 'cellar', await founder.invite())]
    await allAlive(mesh, 2)
  })

  const hostAt = (place: number) => hosts[place] as Host

  const inside = (place: number, ...words: string[]) => {
    const [command, ...args] = [...hostAt(place).within, ...words] as [string, ...string[]]
    return run(command, args).catch((error: { stdout: string }) => error)
  }

  const examine = async (place: number, ...names: string[]): Promise<Finding[]> => {
    const words = ['doctor', ...names, '--json', '--data-dir', (mesh[place] as RunningDaemon).dataDir]
    return (JSON.parse((await inside(place, process.execPath, ENTRY, ...words)).stdout) as Diagnosis).findings
  }

  it('tells which address is told, and why', async () => {
    const { finding } = (await examine(0)).find(({ id }) => id === 'addresses') ?? assert.fail()
    assert.equal(finding, '10.86.0.1:7946 (found on eth0)')
  })

  it('finds UDP that is filtered, where all else is well', async () => {
    for (const filter of ['iptables', 'ip6tables'])
      await inside(1, filter, '-A', 'INPUT', '-p', 'udp', '-j', 'DROP')
    const findings = await examine(0)
    const { result, finding, fix } = told(findings, 'udp', 'attic to cellar')
    assert.equal(result, 'warning', finding)
    assert.equal(finding, 'in one network (eth0), and not found by mdns or broadcast')
    assert.match(fix ?? '', /Let UDP 5353 and 7946 in at cellar/)
    assert.equal(told(findings, 'transfer', 'attic to cellar').result, 'good')
    for (const filter of ['iptables', 'ip6tables']) await inside(1, filter, '-F')
  })

  it('finds the member that cannot be dialled, though it is connected', async () => {
    await inside(1, 'iptables', '-A', 'INPUT', '-p', 'tcp', '--syn', '-j', 'DROP')
    const { result, finding, fix } = told(await examine(0, 'attic', 'cellar'), 'direct', 'attic to cellar')
    assert.equal(result, 'warning')
    assert.match(finding, /by a connection that cellar opened: nothing answers at 10\.86\.0\.2:7946/)
    assert.match(fix ?? '', /Let TCP 7946 in at cellar/)
    await inside(1, 'iptables', '-F')
  })

  it('finds the path on which large packets vanish, and the interface', async () => {
    await hostAt(1).narrow(1_300)
    const { result, finding, fix } = told(await examine(0), 'transfer', 'attic to cellar')
    assert.equal(result, 'bad')
    assert.match(finding, /small messages arrive, 256 KiB from attic to cellar do not/)
    assert.match(fix ?? '', /ip link set dev eth0 mtu 1280/)
  })
})

describe('coterie doctor among machines behind NAT', function () {
  this.timeout(180_000)
  let mesh: RunningDaemon[]

  onLan(async (lan, daemons) => {
    const [first, second] = lan.hosts
    assert(first && second)
    const start = (host: Host, name: string, more: Partial<StartDaemon>) =>
      daemons.start({ name, listen: '0.0.0.0:7946', within: host.within, ...more })
    const attic = await start(first, 'attic', { found: true })
    const joining = {
      token: await attic.invite(),
      flags: ['--discovery', 'off', '--at', `${first.address}:7946`],
    }
    mesh = [
      attic,
      await start(second, 'cellar', joining),
      await start(await lan.addHome(), 'den', joining),
      await start(await lan.addHome(), 'shed', joining),
    ]
    await allAlive(mesh, 4)
    await eventually('everybody knows who carries for the two homes', async () => {
      const seen = await Promise.all(mesh.map(nodesOf))
      return seen.every((nodes) =>
        nodes.every(({ name, relays }) => relays.length === (name === 'den' || name === 'shed' ? 2 : 0)),
      )
    })
  })

  it('finds nothing wrong with those who reach each other through others', async () => {
    const { findings } = await examine(mesh[0] as RunningDaemon, 'den', 'shed')
    for (const about of ['den to shed', 'shed to den']) {
      const direct = told(findings, 'direct', about)
      assert.equal(direct.result, 'notApplicable', direct.finding)
      // Both homes use the same private address, so each finds itself there.
      assert.match(
        direct.finding,
        /^behind NAT or a firewall, .*: at 192\.168\.86\.2:7946 another machine answers/,
      )
      const relay = told(findings, 'relay', about)
      assert.equal(relay.result, 'good')
      assert.match(relay.finding, /^reached through (attic|cellar), answers in/)
      assert.equal(told(findings, 'transfer', about).result, 'good')
    }
  })

  it('tells a machine that others do not reach it, and through whom they do', async () => {
    const { findings } = await examine(mesh[2] as RunningDaemon)
    const { result, finding } = findings.find(({ id }) => id === 'addresses') ?? assert.fail()
    assert.equal(result, 'good')
    assert.match(
      finding,
      /not everybody reaches it there, hence through (attic and cellar|cellar and attic) too$/,
    )
    assert.equal(told(findings, 'direct', 'den to attic and cellar').result, 'good')
  })
})
