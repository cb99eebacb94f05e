/**
 * Hosts of a network of the test's own: one network namespace each, joined by veth pairs to a bridge in a further
 * one, or to a router of their own that translates addresses. Names carry the process id, addresses are of 10.86.0.0/24,
 * fd86::/64 and 192.168.86.0/24 and exist in these namespaces only.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Namespaces are named `ct<pid>-...`; interfaces, which take 15 characters, by their place alone. */
const PREFIX = `ct${process.pid}`

export type Family = 'IPv4' | 'IPv6'

export interface Host {
  /** Its IPv4 address; its IPv6 one where it has no other. */
  readonly address: string
  /** Runs a command inside, as in `[...within, 'ip', 'addr']`. */
  readonly within: readonly string[]
  /** Lets no UDP to these ports in or out, from now on. */
  dropUdp(...ports: readonly number[]): Promise<void>
  /** Unplugs its cable at the bridge. */
  cut(): Promise<void>
  heal(): Promise<void>
  /** Larger packets to and from it vanish at the bridge without a word, from now on. */
  narrow(mtu: number): Promise<void>
}

/** A host behind a router of its own. */
export interface Home extends Host {
  /** The router's address on the LAN. */
  readonly outside: string
  /** Has the router hand connections to this TCP port on, from now on. */
  forward(port: number): Promise<void>
}

export interface Lan {
  readonly hosts: readonly Host[]
  /**
   * A host in a home of its own, behind a router with NAT: it reaches all hosts of the LAN, and nobody reaches it, for the
   * router drops without a word what nobody inside asked for. All such hosts have the same address.
   */
  addHome(): Promise<Home>
  /** Removes all of it; the processes inside have ended. */
  remove(): Promise<void>
}

const HOME = { router: '192.168.86.1', host: '192.168.86.2' }
/** Routers are far above the hosts: 10.86.0.200 and on. */
const FIRST_ROUTER = 200

/** Namespaces and the cables between them, all of which `remove` takes away. */
const createNamespaces = () => {
  const made: string[] = []
  const ip = (words: string) => run('ip', words.split(' '))
  const add = async (namespace: string) => {
    await ip(`netns add ${namespace}`)
    made.push(namespace)
    await ip(`-n ${namespace} link set lo up`)
  }
  /** Not `ip netns exec`, which remounts /sys and hides the cgroups. */
  const within = (namespace: string) => ['nsenter', `--net=/var/run/netns/${namespace}`]
  const inside = (namespace: string, words: string) => {
    const [command, ...args] = [...within(namespace), ...words.split(' ')] as [string, ...string[]]
    return run(command, args)
  }
  return {
    ip,
    add,
    inside,
    /** A namespace whose `eth0` ends at a port of another one, and has these addresses there. */
    addHost: async (
      namespace: string,
      to: string,
      port: string,
      addresses: readonly string[],
    ): Promise<Host> => {
      await add(namespace)
      // An IPv6 address is of use at once, not after the second in which another machine might object to it.
      if (addresses.some((address) => address.includes(':')))
        await inside(namespace, 'sysctl -qw net.ipv6.conf.default.accept_dad=0')
      await ip(`-n ${to} link add ${port} type veth peer name eth0 netns ${namespace}`)
      await ip(`-n ${to} link set ${port} up`)
      for (const address of addresses) await ip(`-n ${namespace} addr add ${address} dev eth0`)
      await ip(`-n ${namespace} link set eth0 up`)
      return {
        address: addresses[0]?.split('/')[0] as string,
        within: within(namespace),
        dropUdp: async (...ports) => {
          for (const port of ports)
            for (const chain of ['INPUT', 'OUTPUT'])
              for (const filter of ['iptables', 'ip6tables'])
                await inside(namespace, `${filter} -A ${chain} -p udp --dport ${port} -j DROP`)
        },
        cut: async () => void (await ip(`-n ${to} link set ${port} down`)),
        heal: async () => void (await ip(`-n ${to} link set ${port} up`)),
        narrow: async (mtu) => {
          // A kernel hands whole bursts over otherwise, which no bridge measures.
          for (const one of made.slice(1)) await ip(`-n ${one} link set eth0 gso_max_segs 1`)
          await ip(`-n ${to} link set ${port} mtu ${mtu}`)
        },
      }
    },
    remove: async () => {
      // The pairs go with their namespaces.
      for (const namespace of made.splice(0)) await ip(`netns del ${namespace}`)
    },
  }
}

let lans = 0

/**
 * A network of `count` hosts that reach each other by these families, also by multicast, and nobody else. Each has an IPv6 address
 * of link scope besides. Needs `netns`.
 */
export const createLan = async (count: number, families: readonly Family[] = ['IPv4']): Promise<Lan> => {
  const name = `${PREFIX}-${lans++}`
  const bridge = `${name}-br`
  const hosts: Host[] = []
  const { ip, add, inside, addHost, remove } = createNamespaces()
  const addToBridge = async (namespace: string, port: string, place: number): Promise<Host> => {
    const addresses = families.map((family) =>
      family === 'IPv4' ? `10.86.0.${place}/24` : `fd86::${place}/64`,
    )
    const host = await addHost(namespace, bridge, port, addresses)
    await ip(`-n ${bridge} link set ${port} master br0`)
    return host
  }
  let homes = 0
  const addHome = async (): Promise<Home> => {
    const place = homes++
    const [router, inner] = [`${name}-r${place}`, `${name}-n${place}`]
    const { address: outside } = await addToBridge(router, `r${place}`, FIRST_ROUTER + place)
    const home = await addHost(inner, router, 'home', [`${HOME.host}/24`])
    await ip(`-n ${router} addr add ${HOME.router}/24 dev home`)
    await ip(`-n ${inner} route add default via ${HOME.router}`)
    for (const rule of [
      'sysctl -qw net.ipv4.ip_forward=1',
      'iptables -P FORWARD DROP',
      'iptables -A FORWARD -i home -j ACCEPT',
      'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE',
    ])
      await inside(router, rule)
    // Whoever dials the private address from outside hears nothing, as in the world.
    for (const at of hosts.keys())
      await inside(`${name}-h${at + 1}`, `ip route replace ${HOME.host}/32 via ${outside}`)
    const forward = async (port: number) => {
      const to = `-p tcp --dport ${port}`
      await inside(router, `iptables -A FORWARD -i eth0 ${to} -j ACCEPT`)
      await inside(
        router,
        `iptables -t nat -A PREROUTING -i eth0 ${to} -j DNAT --to-destination ${HOME.host}`,
      )
    }
    return { ...home, outside, forward }
  }
  try {
    await add(bridge)
    // Without snooping, multicast reaches every port at once.
    await ip(`-n ${bridge} link add br0 type bridge mcast_snooping 0`)
    await ip(`-n ${bridge} link set br0 up`)
    for (let place = 1; place <= count; place++)
      hosts.push(await addToBridge(`${name}-h${place}`, `p${place}`, place))
    return { hosts, addHome, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
