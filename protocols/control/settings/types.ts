import type { Policy } from '../../spec/policy.ts'

/** The values of all settings, as the daemon uses them. Paths are absolute. */
export interface Settings {
  readonly dataDir: string
  readonly configDir: string
  /** The configuration file, which may be missing where it was not named. */
  readonly config: string
  readonly runDir: string
  readonly socket: string
  /** Scheme, host and port; null: commands ask over the socket. */
  readonly api: string | null
  /** A context of this user; null: the one that is in use, if any. */
  readonly context: string | null
  readonly nodeName: string
  /** An edge node votes and leads only as a last resort. */
  readonly role: 'full' | 'edge'
  /** Between nodes, where an address names none; as UDP, of the broadcasts. */
  readonly discoveryPort: number
  /** As written: HOST, HOST:PORT, [IPV6]:PORT or a multiaddr. */
  readonly listen: readonly string[]
  /** Names of network interfaces; empty: all of them. */
  readonly bindInterface: readonly string[]
  /** Empty: the addresses of the interfaces. */
  readonly advertise: readonly string[]
  readonly apiPort: number
  /** An IP address of this machine, or that of all; beyond loopback TLS alone is spoken. */
  readonly apiAddress: string
  /** Null: the token that the daemon makes, which opens nothing beyond loopback. */
  readonly apiTokenFile: string | null
  /** TLS on loopback too. */
  readonly tlsEnabled: boolean
  /** Null: the node's own certificate. */
  readonly tlsCertificate: string | null
  readonly tlsKey: string | null
  readonly gatewayPort: number
  /** An IP address of this machine, or `::` for all. */
  readonly publishAddress: string
  /** Null: metrics have no port of their own. */
  readonly metricsPort: number | null
  /** An IP address of this machine, or that of all. */
  readonly metricsAddress: string
  /** The methods that speak on the LAN; `lan` is all of them. */
  readonly discovery: 'lan' | 'mdns' | 'broadcast' | 'off'
  /** Null: no domain is asked. */
  readonly discoveryDomain: string | null
  /** `IP` or `IP:PORT`; null: the system's. */
  readonly discoveryDnsServer: string | null
  /** Empty: members are discovered. */
  readonly at: readonly string[]
  /** `-` for standard input. */
  readonly tokenFile: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** `off`, `mesh`, or a URL without anything secret in it. */
  readonly logExport: string
  readonly logExportTokenFile: string | null
  /** True where tasks may run as plain processes. */
  readonly processes: boolean
  /** True where what the link of this machine carries is paid by volume. */
  readonly metered: boolean
  /** MiB that tasks may reserve here; null for all there is. */
  readonly maxMemoryMb: number | null
  /** Processors that tasks may reserve here; null for all there are. */
  readonly maxCpuCores: number | null
  /** Gigabytes of disk that tasks may reserve here; null for all there are. */
  readonly maxStorageGb: number | null
  readonly dockerSocket: string
  /** Hours. */
  readonly imageAge: number
  /** GiB. */
  readonly imageFloor: number
  /** What containers may reach of this machine, in the words of `beyondOf` (protocols/spec). */
  readonly allow: readonly string[]
  /** What services may take of machines; judged where they are deployed. */
  readonly policy: Policy
  /** Whether the daemon starts a watchdog where none answers. */
  readonly watchdog: 'auto' | 'external'
  /** Hours. */
  readonly recordsPeriod: number
  /** Periods. */
  readonly recordsKept: number
}

export type SettingKey = keyof Settings

/** Where a value came from; `name` is the flag, the variable, or the file and line as in `/etc/coterie/config.yaml:3`. */
export type SettingSource =
  | { readonly from: 'flag' | 'environment' | 'file'; readonly name: string }
  | { readonly from: 'default' }

export type SettingSources = { readonly [Key in SettingKey]: SettingSource }

export interface ResolvedSettings {
  readonly values: Settings
  readonly sources: SettingSources
}

/** What a configuration file says of one setting, as a flag would have it, and where it says so. */
export interface FileEntry {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** A configuration file, read. */
export interface ConfigFile {
  readonly path: string
  readonly entries: ReadonlyMap<SettingKey, FileEntry>
}

/** What settings may depend on. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly hostname: string
  readonly cwd: string
  readonly isRoot: boolean
}
