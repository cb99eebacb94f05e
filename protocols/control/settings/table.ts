/**
 * Every setting of a daemon: its flag, its variable, how its text is read, its default, what it is for.
 *
 * A default may depend on the machine and on settings above it in the table, never on one below.
 */
import { DEFAULT_PORTS } from '../ports.ts'
import {
  addresses,
  allows,
  apiUrl,
  choice,
  count,
  countOrAll,
  domain,
  givenName,
  givenPath,
  interfaces,
  ipAddress,
  knownPort,
  logDestination,
  name,
  nameServer,
  onOff,
  ownAddresses,
  path,
  pathOrInput,
  port,
  portOrOff,
} from './kinds.ts'
import { dnsLabel } from './machine.ts'
import { PLACES } from './places.ts'
import type { Setting } from './setting.ts'
import type { SettingKey, Settings } from './types.ts'

/** Hours of a month: a document holds no more of a busy project. */
const RECORDS_PERIOD_MAX = 31 * 24
/** Far beyond any machine. */
const MAX_MEMORY_MB_MAX = 16 * 1024 * 1024
const MAX_CPU_CORES_MAX = 1_024
const MAX_STORAGE_GB_MAX = 1_000_000
/** A year of hours. */
const IMAGE_AGE_MAX = 366 * 24
/** Far beyond any disk. */
const IMAGE_FLOOR_MAX = 1_000_000
/** A year of days. */
const RECORDS_KEPT_MAX = 365

export const SETTINGS: { readonly [Key in SettingKey]: Setting<Settings[Key]> } = {
  ...PLACES,
  api: {
    name: 'api',
    variable: 'COTERIE_API',
    kind: apiUrl,
    summary: 'ask the daemon there, as the user who logged in, instead of the one behind the socket',
    defaultText: 'none: the socket',
    fallback: () => null,
  },
  context: {
    name: 'context',
    variable: 'COTERIE_CONTEXT',
    kind: givenName,
    summary:
      'ask a machine of that context, as coterie context ls names it; local is the daemon of this machine',
    defaultText: 'that of coterie context use',
    fallback: () => null,
  },
  nodeName: {
    name: 'node-name',
    variable: 'COTERIE_NODE_NAME',
    kind: name,
    summary: 'name of this node, a DNS label',
    defaultText: 'the host name',
    fallback: (machine) => dnsLabel(machine.hostname),
  },
  role: {
    name: 'role',
    variable: 'COTERIE_ROLE',
    kind: choice('full', 'edge'),
    summary:
      'an edge node runs what others want: nothing is deployed from it, and it leads only as a last resort; as it joins, it stays',
    defaultText: 'full',
    fallback: () => 'full',
  },
  discoveryPort: {
    name: 'discovery-port',
    variable: 'COTERIE_DISCOVERY_PORT',
    kind: knownPort,
    summary:
      'port between nodes, wherever an address of listen, advertise or at names none; as UDP, of the broadcasts',
    defaultText: String(DEFAULT_PORTS.node),
    fallback: () => DEFAULT_PORTS.node,
  },
  listen: {
    name: 'listen',
    variable: 'COTERIE_LISTEN',
    kind: addresses,
    summary: 'where other nodes may connect',
    defaultText: '0.0.0.0,[::]: every address of this machine',
    fallback: () => ['0.0.0.0', '[::]'],
  },
  bindInterface: {
    name: 'bind-interface',
    variable: 'COTERIE_BIND_INTERFACE',
    kind: interfaces,
    summary: 'listen on the addresses of these network interfaces alone',
    defaultText: 'every interface',
    fallback: () => [],
  },
  advertise: {
    name: 'advertise',
    variable: 'COTERIE_ADVERTISE_ADDR',
    kind: ownAddresses,
    summary: 'addresses to tell other nodes instead of those found',
    defaultText: 'those of the interfaces',
    fallback: () => [],
  },
  apiPort: {
    name: 'api-port',
    variable: 'COTERIE_API_PORT',
    kind: port,
    summary: 'port of the API; 0 takes a free one',
    defaultText: String(DEFAULT_PORTS.api),
    fallback: () => DEFAULT_PORTS.api,
  },
  apiAddress: {
    name: 'api-address',
    variable: 'COTERIE_API_ADDRESS',
    kind: ipAddress,
    summary: 'IP address of the API; beyond loopback it is served over TLS alone',
    defaultText: '127.0.0.1',
    fallback: () => '127.0.0.1',
  },
  apiTokenFile: {
    name: 'api-token-file',
    variable: 'COTERIE_API_TOKEN_FILE',
    kind: givenPath,
    summary: 'file with a token of your own for the API, which opens it beyond loopback as well',
    defaultText: 'none: the token in <data-dir>/api-token, on loopback alone',
    fallback: () => null,
  },
  tlsEnabled: {
    name: 'tls-enabled',
    variable: 'COTERIE_TLS_ENABLED',
    kind: onOff,
    summary: 'speak TLS on loopback too, at the ports of the API and of the metrics',
    defaultText: 'off; beyond loopback always on',
    fallback: () => false,
  },
  tlsCertificate: {
    name: 'tls-certificate',
    variable: 'COTERIE_TLS_CERTIFICATE',
    kind: givenPath,
    summary: 'file with a certificate to show there, and its chain, in PEM; read again when it changes',
    defaultText: "the node's own, by an issuer of the mesh",
    fallback: () => null,
  },
  tlsKey: {
    name: 'tls-key',
    variable: 'COTERIE_TLS_KEY',
    kind: givenPath,
    summary: 'file with the key of that certificate, in PEM',
    defaultText: 'none',
    fallback: () => null,
  },
  gatewayPort: {
    name: 'gateway-port',
    variable: 'COTERIE_GATEWAY_PORT',
    kind: port,
    summary: 'port at which browsers open services; 0 takes a free one',
    defaultText: String(DEFAULT_PORTS.gateway),
    fallback: () => DEFAULT_PORTS.gateway,
  },
  publishAddress: {
    name: 'publish-address',
    variable: 'COTERIE_PUBLISH_ADDRESS',
    kind: ipAddress,
    summary: 'IP address at which this machine answers the published ports of services that name none',
    defaultText: '::, every address of this machine',
    fallback: () => '::',
  },
  metricsPort: {
    name: 'metrics-port',
    variable: 'COTERIE_METRICS_PORT',
    kind: portOrOff,
    summary: `port of its own for /metrics, without a token, usually ${DEFAULT_PORTS.metrics}; 0 takes a free one`,
    defaultText: 'off',
    fallback: () => null,
  },
  metricsAddress: {
    name: 'metrics-address',
    variable: 'COTERIE_METRICS_ADDRESS',
    kind: ipAddress,
    summary: 'IP address of that port; who reaches it may read',
    defaultText: '127.0.0.1',
    fallback: () => '127.0.0.1',
  },
  discovery: {
    name: 'discovery',
    variable: 'COTERIE_DISCOVERY',
    kind: choice('lan', 'mdns', 'broadcast', 'off'),
    summary: 'how nodes of the same network find each other; lan is by mDNS and by UDP broadcast',
    defaultText: 'lan',
    fallback: () => 'lan',
  },
  discoveryDomain: {
    name: 'discovery-domain',
    variable: 'COTERIE_DISCOVERY_DOMAIN',
    kind: domain,
    summary: 'domain whose TXT records name machines of the mesh',
    defaultText: 'none',
    fallback: () => null,
  },
  discoveryDnsServer: {
    name: 'discovery-dns-server',
    variable: 'COTERIE_DISCOVERY_DNS_SERVER',
    kind: nameServer,
    summary: 'name server to ask for them, as IP or IP:PORT',
    defaultText: "the system's",
    fallback: () => null,
  },
  at: {
    name: 'at',
    variable: 'COTERIE_AT',
    kind: addresses,
    summary: 'addresses of members to join at',
    defaultText: 'none: members are discovered',
    fallback: () => [],
  },
  tokenFile: {
    name: 'token-file',
    variable: 'COTERIE_TOKEN_FILE',
    otherVariable: 'COTERIE_AUTH_TOKEN_FILE',
    kind: pathOrInput,
    summary: 'file with a join token; - reads standard input',
    defaultText: 'none',
    fallback: () => null,
  },
  logLevel: {
    name: 'log-level',
    variable: 'COTERIE_LOG_LEVEL',
    kind: choice('debug', 'info', 'warn', 'error'),
    summary: 'least level of the log lines on standard error',
    defaultText: 'info',
    fallback: () => 'info',
  },
  logExport: {
    name: 'log-export',
    variable: 'COTERIE_LOG_EXPORT',
    kind: logDestination,
    summary:
      'where log lines go too: mesh keeps a copy at two other members, a URL is sent them as JSON lines',
    defaultText: 'off',
    fallback: () => 'off',
  },
  logExportTokenFile: {
    name: 'log-export-token-file',
    variable: 'COTERIE_LOG_EXPORT_TOKEN_FILE',
    kind: givenPath,
    summary: 'file with the bearer token for that URL',
    defaultText: 'none',
    fallback: () => null,
  },
  processes: {
    name: 'processes',
    variable: 'COTERIE_PROCESSES',
    kind: onOff,
    summary: 'also run tasks as plain processes, without a container around them',
    defaultText: 'off',
    fallback: () => false,
  },
  metered: {
    name: 'metered',
    variable: 'COTERIE_METERED',
    kind: onOff,
    summary: 'the link of this machine is paid by volume: work goes to others where it can',
    defaultText: 'off',
    fallback: () => false,
  },
  maxMemoryMb: {
    name: 'max-memory-mb',
    variable: 'COTERIE_MAX_MEMORY_MB',
    kind: countOrAll(MAX_MEMORY_MB_MAX),
    summary: 'MiB of memory that this machine lends: tasks that would reserve more go to others',
    defaultText: 'all',
    fallback: () => null,
  },
  maxCpuCores: {
    name: 'max-cpu-cores',
    variable: 'COTERIE_MAX_CPU_CORES',
    kind: countOrAll(MAX_CPU_CORES_MAX),
    summary: 'processors that this machine lends, in the same way',
    defaultText: 'all',
    fallback: () => null,
  },
  maxStorageGb: {
    name: 'max-storage-gb',
    variable: 'COTERIE_MAX_STORAGE_GB',
    kind: countOrAll(MAX_STORAGE_GB_MAX),
    summary: 'GB of disk that this machine lends, in the same way: for tasks that say how much they take',
    defaultText: 'all',
    fallback: () => null,
  },
  dockerSocket: {
    name: 'docker-socket',
    variable: 'COTERIE_DOCKER_SOCKET',
    kind: path,
    summary: 'socket of the Docker engine',
    defaultText: '/var/run/docker.sock',
    fallback: () => '/var/run/docker.sock',
  },
  imageAge: {
    name: 'image-age',
    variable: 'COTERIE_IMAGE_AGE',
    kind: count(1, IMAGE_AGE_MAX),
    summary: 'hours after which an image that was pulled for the mesh, and that nothing needs, is removed',
    defaultText: '168: a week',
    fallback: () => 168,
  },
  imageFloor: {
    name: 'image-floor',
    variable: 'COTERIE_IMAGE_FLOOR',
    kind: count(0, IMAGE_FLOOR_MAX),
    summary: 'GiB that the disk of the engine should have free: below it such images go at once',
    defaultText: '5',
    fallback: () => 5,
  },
  allow: {
    name: 'allow',
    variable: 'COTERIE_ALLOW',
    kind: allows,
    summary: 'what containers may reach of this machine: docs/compose.md, "Beyond the container"',
    defaultText: 'none',
    fallback: () => [],
  },
  policy: {
    name: 'policy',
    variable: 'COTERIE_POLICY',
    kind: choice('default', 'hosting'),
    summary:
      'what services may take of machines; hosting wants limits of processors and memory, within its ranges',
    defaultText: 'default',
    fallback: () => 'default',
  },
  watchdog: {
    name: 'watchdog',
    variable: 'COTERIE_WATCHDOG',
    kind: choice('auto', 'external'),
    summary: 'auto starts a watchdog where none answers; external leaves that to a service manager',
    defaultText: 'auto',
    fallback: () => 'auto',
  },
  recordsPeriod: {
    name: 'records-period',
    variable: 'COTERIE_RECORDS_PERIOD',
    kind: count(1, RECORDS_PERIOD_MAX),
    summary: 'hours after which the records of tasks that ended are archived',
    defaultText: '24',
    fallback: () => 24,
  },
  recordsKept: {
    name: 'records-kept',
    variable: 'COTERIE_RECORDS_KEPT',
    kind: count(1, RECORDS_KEPT_MAX),
    summary: 'for how many such periods archives are kept, while this node leads',
    defaultText: '30',
    fallback: () => 30,
  },
}

/** The table's keys, in its order: what a default may rest on comes first. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[]
