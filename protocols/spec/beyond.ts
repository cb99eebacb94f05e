/**
 * What a service asks for that reaches beyond a container, into the machine that runs it. Each such need has a name, and a node runs
 * the service only where its own settings allow every one of them. See docs/design/containers.md.
 */
import { Type } from 'typebox'
import type { Mount } from './mounts.ts'
import type { ServiceSpec } from './service.ts'

/** Needs that one node allows. */
export const ALLOWS_MAX = 64
const ALLOW_LENGTH_MAX = 1024

/** `privileged`, `host-network`, `host-pid`, `host-ipc`, `host-uts`, `docker-socket`, `unconfined`, `cap=NAME`, `bind=/path`, `device=/path`. */
export const AllowSchema = Type.String({
  maxLength: ALLOW_LENGTH_MAX,
  pattern:
    '^(privileged|docker-socket|unconfined|host-(network|pid|ipc|uts)|cap=[A-Z_]+|(bind|device)=/[^\\u0000\\n,:]*)$',
})

/** What Docker gives every container; the three that Coterie takes away may be had back. */
const DOCKER_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

/** What anybody may see: which time it is. */
const HARMLESS_FILES: ReadonlySet<string> = new Set([
  '/etc/localtime',
  '/etc/timezone',
  '/usr/share/zoneinfo',
])

/** The paths of the engine's socket, and the folders in which it is. */
const SOCKETS = /\/(docker|containerd|podman)\.sock$/
const AROUND_SOCKETS: ReadonlySet<string> = new Set(['/', '/run', '/var', '/var/run'])

/** Options that keep a protection that a container has anyway, or add one. */
const HARMLESS_OPTION =
  /^(no-new-privileges([:=]true)?|apparmor[:=]docker-default|seccomp[:=]builtin|label[:=](type|level|user|role|filetype)[:=].*)$/

/** Without steps that lead nowhere, or back. */
export const plainPath = (path: string): string => {
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return `/${steps.join('/')}`
}

/** What a bind of `path` needs. */
export const bindNeeds = (path: string, readOnly: boolean): string[] => {
  const source = plainPath(path)
  if (readOnly && HARMLESS_FILES.has(source)) return []
  if (SOCKETS.test(source)) return ['docker-socket']
  return AROUND_SOCKETS.has(source) ? [`bind=${source}`, 'docker-socket'] : [`bind=${source}`]
}

const mountNeeds = (mount: Mount): string[] =>
  mount.type === 'bind' ? bindNeeds(mount.source, mount.readOnly === true) : []

/** Everything that the service needs beyond a container, each once, the widest first; a privileged one has what its container can be given. */
export const beyondOf = ({ container = {}, mounts = [], devices = [] }: ServiceSpec): string[] => {
  const { privileged, host = [], capAdd = [], securityOptions = [] } = container
  const ofContainer = privileged
    ? []
    : [
        ...capAdd.filter((name) => !DOCKER_CAPABILITIES.has(name)).map((name) => `cap=${name}`),
        ...(securityOptions.every((option) => HARMLESS_OPTION.test(option)) ? [] : ['unconfined']),
        ...devices.map(({ source }) => `device=${plainPath(source)}`),
      ]
  return [
    ...new Set([
      ...(privileged ? ['privileged'] : []),
      ...host.map((namespace) => `host-${namespace}`),
      ...ofContainer,
      ...mounts.flatMap(mountNeeds),
    ]),
  ]
}

/** Whether one of `allows` covers the need: a path covers what is below it, and `cap=ALL` every capability. */
export const isAllowed = (need: string, allows: readonly string[]): boolean => {
  const [kind, path] = need.split('=') as [string, string | undefined]
  return allows.some((allow) => {
    const [allowed, covered = ''] = allow.split('=') as [string, string | undefined]
    if (allowed !== kind) return false
    if (path === undefined) return true
    if (kind === 'cap') return covered === path || covered === 'ALL'
    const folder = plainPath(covered)
    return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
  })
}
