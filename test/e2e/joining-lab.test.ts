/** Machines on networks of their own that join by one way each, which `coterie discover` tells there beforehand. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Discovered } from '../../protocols/control/index.ts'
import { ENTRY } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive, nodesOf } from '../support/mesh-views.ts'
import { createLan, type Host, type Lan } from '../support/netns.ts'
import { requires } from '../support/requirements.ts'
import { deploy, PROCESSES_ONLY, runningOn, sleeper, spreadsOver } from '../support/task-views.ts'

const run = promisify(execFile)

const METHODS = ['address', 'mdns', 'broadcast', 'dns'] as const
/** As it is set where nothing else is: every address of the machine. */
const EVERYWHERE = '0.0.0.0:7946,[::]:7946'
const [MDNS_PORT, BROADCAST_PORT] = [5353, 7946]
const DOMAIN = 'home.example'
const DNS_SERVER = fileURLToPath(new URL('../support/dns-server-process.ts', import.meta.url))

interface Newcomer {
  readonly name: string
  /** Where it stands, as in `Host`. */
  readonly within: readonly string[]
  readonly token: string
  readonly flags?: readonly string[]
}

/** A mesh that grows by one machine after the other, each of which looks for it first and joins then. */
const createLab = async () => {
  const daemons: Daemons = await createDaemons(undefined, PROCESSES_ONLY)
  const mesh: RunningDaemon[] = []
  const founder = () => mesh[0] as RunningDaemon

  /** What `coterie discover` prints there. */
  const discover = async (
    within: readonly string[],
    flags: readonly string[],
    token = '',
  ): Promise<string> => {
    const words = [...within, process.execPath, ENTRY, 'discover', '--timeout', '2', ...flags]
    const [command, ...args] = words as [string, ...string[]]
    const env = { ...process.env, COTERIE_CONFIG_DIR: daemons.path, COTERIE_TOKEN: token }
    return (await run(command, args, { env })).stdout
  }

  return {
    daemons,
    mesh,
    discover,
    found: async (name: string, { within }: Host, flags: readonly string[] = []) => {
      mesh.push(await daemons.start({ name, found: true, listen: EVERYWHERE, within, flags }))
    },
    token: (addresses: boolean) => founder().invite({ addresses }),
    /** The founder is found by this method alone, and in what time is told; then the newcomer is a member to both. */
    joinBy: async (method: (typeof METHODS)[number], newcomer: Newcomer): Promise<RunningDaemon> => {
      const { within, token, flags = [] } = newcomer
      const told = await discover(within, ['--data-dir', `${daemons.path}/nobody`, ...flags], token)
      const who = method === 'mdns' || method === 'broadcast' ? founder().ready.node.id : '-'
      for (const one of METHODS)
        assert.match(
          told,
          new RegExp(`^${one} +${one === method ? `${who} +\\d+ ms +\\d+ ms` : 'nothing'} `, 'm'),
        )
      const joined = await daemons.start({ ...newcomer, listen: EVERYWHERE })
      assert.equal(joined.ready.how, 'joined')
      mesh.push(joined)
      await allAlive([founder(), joined], mesh.length)
      for (const [from, to] of [
        [founder(), joined],
        [joined, founder()],
      ] as const)
        await eventually('each reaches the other directly', async () => {
          const seen = (await nodesOf(from)).find(({ id }) => id === to.ready.node.id)
          return seen?.state === 'alive' && seen.connected && seen.through === null
        })
      return joined
    },
    /** Every machine of the mesh does its part of the work. */
    works: async () => {
      const spec = sleeper('lab', 'everywhere', { replicas: mesh.length })
      await spreadsOver(mesh, spec)
      await deploy(founder(), spec)
      const tasks = await runningOn(mesh, spec)
      assert.deepEqual(
        new Set(tasks.map(({ node }) => node)),
        new Set(mesh.map(({ ready }) => ready.node.id)),
      )
    },
  }
}

type Lab = Awaited<ReturnType<typeof createLab>>

/** What does not reach the machine that joins in that way, so that it is by no other. */
const WITHOUT = {
  address: [MDNS_PORT, BROADCAST_PORT],
  mdns: [BROADCAST_PORT],
  broadcast: [MDNS_PORT],
} as const

/** A machine for each way in which a LAN needs no help, by the title of its test: the hosts from the second on. */
const joinByEach = (
  titles: Readonly<Record<keyof typeof WITHOUT, string>>,
  lab: () => Lab,
  hostAt: (place: number) => Host,
): void => {
  for (const [at, method] of (['address', 'mdns', 'broadcast'] as const).entries())
    it(titles[method], async () => {
      const host = hostAt(at + 1)
      await host.dropUdp(...WITHOUT[method])
      const token = await lab().token(method === 'address')
      await lab().joinBy(method, { name: `by-${method}`, within: host.within, token })
    })
}

describe('machines of one LAN', function () {
  this.timeout(180_000)
  let lan: Lan
  let lab: Lab
  let nameServer: ChildProcess | undefined

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(5, ['IPv4', 'IPv6'])
    lab = await createLab()
    await lab.found('attic', hostAt(0))
  })
  after(async () => {
    nameServer?.kill('SIGKILL')
    try {
      await lab?.daemons.close()
    } finally {
      await lan?.remove()
    }
  })

  const hostAt = (place: number) => lan.hosts[place] as Host

  joinByEach(
    {
      address: 'join by the addresses in a token, where neither mDNS nor broadcasts pass',
      mdns: 'join by mDNS, where broadcasts do not pass',
      broadcast: 'join by broadcast, where mDNS does not pass',
    },
    () => lab,
    hostAt,
  )

  it('join by the records that coterie discover prints, asked of the name server of the system', async () => {
    const { address, within: there } = hostAt(0)
    const flags = ['--discovery-domain', DOMAIN]
    const place = ['--json', '--timeout', '1', '--data-dir', lab.mesh[0]?.dataDir as string, '--at', address]
    const { record } = JSON.parse(await lab.discover(there, [...place, ...flags])) as Discovered
    nameServer = await serveNames(hostAt(0), [record.name, ...record.texts])

    const host = hostAt(4)
    await host.dropUdp(MDNS_PORT, BROADCAST_PORT)
    const within = [...host.within, ...(await resolvingAt(address))]
    await lab.joinBy('dns', { name: 'by-dns', within, token: await lab.token(false), flags })
  })

  it('take in one behind NAT by the addresses in its token', async () => {
    const { within } = await lan.addHome()
    const { ready } = await lab.joinBy('address', { name: 'behind', within, token: await lab.token(true) })
    assert.deepEqual(ready.addresses, ['/ip4/192.168.86.2/tcp/7946'])
  })

  it('all do their part of the work afterwards', () => lab.works())

  /** A name server on that host. */
  const serveNames = async (host: Host, zone: readonly string[]): Promise<ChildProcess> => {
    const words = [...host.within, process.execPath, DNS_SERVER, host.address, ...zone]
    const [command, ...args] = words as [string, ...string[]]
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(createInterface({ input: child.stdout }), 'line')
    return child
  }

  /** Runs a command as on a machine whose name server this is. */
  const resolvingAt = async (address: string): Promise<readonly string[]> => {
    const file = `${lab.daemons.path}/resolv.conf`
    await writeFile(file, `nameserver ${address}\n`)
    return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file]
  }
})

describe('machines of a LAN without IPv4', function () {
  this.timeout(180_000)
  let lan: Lan
  let lab: Lab

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(4, ['IPv6'])
    lab = await createLab()
    await lab.found('attic', hostAt(0))
  })
  after(async () => {
    try {
      await lab?.daemons.close()
    } finally {
      await lan?.remove()
    }
  })

  const hostAt = (place: number) => lan.hosts[place] as Host

  it('have no other address to be found at', () => {
    assert.deepEqual(lab.mesh[0]?.ready.addresses, ['/ip6/fd86::1/tcp/7946'])
  })

  joinByEach(
    {
      address: 'join by the address in a token',
      mdns: 'join by mDNS',
      broadcast: 'join by the group that takes the place of a broadcast',
    },
    () => lab,
    hostAt,
  )

  it('all do their part of the work afterwards', () => lab.works())
})

describe('machines outside of the NAT behind which their mesh was founded', function () {
  this.timeout(180_000)
  let lan: Lan
  let lab: Lab

  before(async function () {
    requires(this, 'netns')
    lan = await createLan(1)
    lab = await createLab()
  })
  after(async () => {
    try {
      await lab?.daemons.close()
    } finally {
      await lan?.remove()
    }
  })

  it('join at the port that its router forwards, which is what the founder advertises', async () => {
    const home = await lan.addHome()
    await home.forward(7946)
    await lab.found('attic', home, ['--advertise', home.outside])
    assert.deepEqual(lab.mesh[0]?.ready.addresses, [`/ip4/${home.outside}/tcp/7946`])
    const { within } = lan.hosts[0] as Host
    await lab.joinBy('address', { name: 'outside', within, token: await lab.token(true) })
  })
})
