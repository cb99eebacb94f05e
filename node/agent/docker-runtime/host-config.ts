/** What a spec says of its container, in Docker's words. Pure. */
import type { ContainerCreateOptions, HostConfig } from 'dockerode'
import {
  type Container,
  type Gpus,
  type Healthcheck,
  type Mount,
  type Resources,
  reservedMemoryMb,
  type ServiceSpec,
} from '../../../protocols/spec/index.ts'

/** Logs of one task: two files of this size, so that a chatty program does not fill the disk. */
const LOG_OPTIONS = { 'max-size': '10m', 'max-file': '2' }
/** Drivers that keep files by these options. */
const FILE_DRIVERS: ReadonlySet<string> = new Set(['json-file', 'local'])

/** Of Docker's own capabilities, what no program of a popular image asks for. */
const WITHHELD = ['MKNOD', 'AUDIT_WRITE', 'SYS_CHROOT']

const MEBIBYTE = 1024 * 1024
const NANO_PER_MILLI = 1_000_000

/** The definite entries alone. */
const only = <Parts extends object>(parts: Parts): { [Key in keyof Parts]?: NonNullable<Parts[Key]> } =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Parts]?: NonNullable<Parts[Key]>
  }

/** What the container may have, in the engine's units. What is reserved is its share where the machine runs short of memory. */
const limitsOf = (resources: Resources): HostConfig => {
  const { memoryMb, milliCpus, pids } = resources.limit ?? {}
  const reservedMb = reservedMemoryMb(resources)
  const { diskMb } = resources
  return only({
    Memory: memoryMb === undefined ? undefined : memoryMb * MEBIBYTE,
    MemoryReservation: reservedMb === null ? undefined : reservedMb * MEBIBYTE,
    NanoCpus: milliCpus === undefined ? undefined : milliCpus * NANO_PER_MILLI,
    PidsLimit: pids,
    StorageOpt: diskMb === undefined ? undefined : { size: `${diskMb}m` },
  })
}

/** A privileged container has every capability whatever is said here. */
const capabilitiesOf = ({ capAdd = [], capDrop = [], hardening }: Container): HostConfig => {
  const all = hardening === 'strict' || capDrop.includes('ALL')
  const withheld = capAdd.includes('ALL') ? [] : WITHHELD.filter((name) => !capAdd.includes(name))
  return {
    CapAdd: capAdd,
    CapDrop: all ? ['ALL'] : [...new Set([...withheld, ...capDrop])],
  }
}

/** Nobody gains rights that they did not begin with, unless the service is privileged or says so itself. */
const securityOf = ({ privileged, securityOptions = [] }: Container): string[] => {
  const own = securityOptions.map((option) => option.replace(/^([a-z-]+):/, '$1='))
  const isSaid = own.some((option) => option.startsWith('no-new-privileges'))
  return isSaid || privileged ? own : ['no-new-privileges', ...own]
}

const loggingOf = ({ driver = 'json-file', options = {} }: NonNullable<Container['logging']>) => ({
  Type: driver,
  Config: FILE_DRIVERS.has(driver) ? { ...LOG_OPTIONS, ...options } : options,
})

const deviceRequestOf = ({ count, ids, driver = '', capabilities = [] }: Gpus) => ({
  Driver: driver,
  ...(ids === undefined ? { Count: count === 'all' ? -1 : count } : { DeviceIDs: [...ids] }),
  Capabilities: [['gpu', ...capabilities]],
})

/** `SOURCE:TARGET:OPTIONS`; null for what has no source. */
const bindOf = (mount: Mount, volumeName: (mount: Mount) => string | null): string | null => {
  const source = mount.type === 'bind' ? mount.source : volumeName(mount)
  if (source === null) return null
  const options = [
    ...(mount.readOnly ? ['ro'] : []),
    ...(mount.type === 'volume' && mount.noCopy ? ['nocopy'] : []),
    ...(mount.type === 'bind' ? [mount.propagation ?? [], mount.selinux ?? []].flat() : []),
  ]
  return [source, mount.target, ...(options.length === 0 ? [] : [options.join(',')])].join(':')
}

const tmpfsOf = (mounts: readonly Mount[]): Record<string, string> =>
  Object.fromEntries(
    mounts.flatMap((mount) =>
      mount.type === 'tmpfs'
        ? [[mount.target, [mount.options ?? [], mount.readOnly ? 'ro' : []].flat().join(',')]]
        : [],
    ),
  )

/** `image`: what the image begins with. `volumeName`: how the engine knows a named volume; null for any other mount. */
export const hostConfigOf = (
  { container = {}, mounts = [], devices, gpus, resources }: ServiceSpec,
  begins: string | null,
  volumeName: (mount: Mount) => string | null,
): HostConfig => {
  const { host = [], ulimits } = container
  const hostOr = (namespace: NonNullable<Container['host']>[number]) =>
    host.includes(namespace) ? 'host' : undefined
  const binds = mounts.flatMap((mount) => bindOf(mount, volumeName) ?? [])
  return {
    RestartPolicy: { Name: 'no' },
    LogConfig: loggingOf(container.logging ?? {}),
    Init: container.init ?? !isInit(begins),
    SecurityOpt: securityOf(container),
    ...capabilitiesOf(container),
    ...(resources && limitsOf(resources)),
    ...only({
      Privileged: container.privileged,
      ReadonlyRootfs: container.readOnly,
      NetworkMode: hostOr('network'),
      PidMode: hostOr('pid'),
      IpcMode: hostOr('ipc'),
      UTSMode: hostOr('uts'),
      GroupAdd: container.groups,
      Sysctls: container.sysctls,
      Ulimits:
        ulimits &&
        Object.entries(ulimits).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
      ShmSize: container.shmBytes,
      ExtraHosts: container.hosts?.map(({ name, address }) => `${name}:${address}`),
      Dns: container.dns,
      DnsOptions: container.dnsOptions,
      DnsSearch: container.dnsSearch,
      Annotations: container.annotations,
      Binds: binds.length === 0 ? undefined : binds,
      Tmpfs: mounts.some(({ type }) => type === 'tmpfs') ? tmpfsOf(mounts) : undefined,
      Devices: devices?.map(({ source, target, permissions = 'rwm' }) => ({
        PathOnHost: source,
        PathInContainer: target,
        CgroupPermissions: permissions,
      })),
      DeviceRequests: gpus && [deviceRequestOf(gpus)],
    }),
  }
}

/** Programs that insist on being the first process: they are one themselves. */
const INITS = /^(\/init|\/sbin\/init|\/usr\/sbin\/init|(\/usr)?\/lib\/systemd\/systemd|.*\/s6-svscan)$/
const isInit = (begins: string | null): boolean => begins !== null && INITS.test(begins)

const NANO_PER_MS = 1_000_000

const nano = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms * NANO_PER_MS)

const healthOf = ({ test, retries, ...times }: Healthcheck) =>
  only({
    Test: test && [...test],
    Interval: nano(times.intervalMs),
    Timeout: nano(times.timeoutMs),
    Retries: retries,
    StartPeriod: nano(times.startPeriodMs),
    StartInterval: nano(times.startIntervalMs),
  })

/** What Docker has beside `HostConfig`. */
export const configOf = ({
  image,
  command,
  entrypoint,
  healthcheck,
  container = {},
  mounts = [],
}: ServiceSpec): ContainerCreateOptions => {
  const { user, workingDir, hostname, domainname, tty, stdin, stopSignal, stopGraceMs } = container
  const own = mounts.filter((mount) => mount.type === 'volume' && mount.source === null)
  return only({
    Image: image ?? undefined,
    Cmd: command === null ? undefined : [...command],
    // An empty one takes the image's own away, which Docker has another word for.
    Entrypoint: entrypoint && (entrypoint.length === 0 ? [''] : [...entrypoint]),
    User: user,
    WorkingDir: workingDir,
    Hostname: hostname,
    Domainname: domainname,
    Tty: tty,
    OpenStdin: stdin,
    StopSignal: stopSignal,
    StopTimeout: stopGraceMs === undefined ? undefined : Math.ceil(stopGraceMs / 1000),
    Healthcheck: healthcheck && healthOf(healthcheck),
    Volumes: own.length === 0 ? undefined : Object.fromEntries(own.map(({ target }) => [target, {}])),
  }) as ContainerCreateOptions
}
