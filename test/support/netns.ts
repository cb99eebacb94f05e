/**
 * Hosts of a network of the test's own: one network namespace each, joined by veth pairs to a bridge in a further
 * one. Names carry the process id, addresses are of 10.86.0.0/24 and exist in these namespaces only.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Namespaces are named `ct<pid>-...`; interfaces, which take 15 characters, by their place alone. */
const PREFIX = `ct${process.pid}`

export interface Host {
  readonly address: string
  /** Runs a command inside, as in `[...within, 'ip', 'addr']`. */
  readonly within: readonly string[]
  /** Unplugs its cable at the bridge. */
  cut(): Promise<void>
  heal(): Promise<void>
  /** Larger packets to and from it vanish at the bridge without a word, from now on. */
  narrow(mtu: number): Promise<void>
}

export interface Lan {
  readonly hosts: readonly Host[]
  /** Removes all of it; the processes inside have ended. */
  remove(): Promise<void>
}

let lans = 0

/** A network of `count` hosts that reach each other, by multicast too, and nobody else. Needs `netns`. */
export const createLan = async (count: number): Promise<Lan> => {
  const name = `${PREFIX}-${lans++}`
  const bridge = `${name}-br`
  const made: string[] = []
  const ip = (words: string) => run('ip', words.split(' '))
  const addNamespace = async (namespace: string) => {
    await ip(`netns add ${namespace}`)
    made.push(namespace)
    await ip(`-n ${namespace} link set lo up`)
  }
  const remove = async () => {
    // The pairs go with their namespaces.
    for (const namespace of made.splice(0)) await ip(`netns del ${namespace}`)
  }
  const addHost = async (place: number): Promise<Host> => {
    const [namespace, port, address] = [`${name}-h${place}`, `p${place}`, `10.86.0.${place}`]
    await addNamespace(namespace)
    await ip(`-n ${bridge} link add ${port} type veth peer name eth0 netns ${namespace}`)
    await ip(`-n ${bridge} link set ${port} master br0 up`)
    await ip(`-n ${namespace} addr add ${address}/24 dev eth0`)
    await ip(`-n ${namespace} link set eth0 up`)
    return {
      address,
      // Not `ip netns exec`, which remounts /sys and hides the cgroups.
      within: ['nsenter', `--net=/var/run/netns/${namespace}`],
      cut: async () => void (await ip(`-n ${bridge} link set ${port} down`)),
      heal: async () => void (await ip(`-n ${bridge} link set ${port} up`)),
      narrow: async (mtu) => {
        // A kernel hands whole bursts over otherwise, which no bridge measures.
        for (const one of made.slice(1)) await ip(`-n ${one} link set eth0 gso_max_segs 1`)
        await ip(`-n ${bridge} link set ${port} mtu ${mtu}`)
      },
    }
  }
  try {
    await addNamespace(bridge)
    // Without snooping, multicast reaches every port at once.
    await ip(`-n ${bridge} link add br0 type bridge mcast_snooping 0`)
    await ip(`-n ${bridge} link set br0 up`)
    const hosts: Host[] = []
    for (let place = 1; place <= count; place++) hosts.push(await addHost(place))
    return { hosts, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
