/**
 * How the text of a setting is read. Each kind gives a value, or a complaint that finishes the sentence
 * "... cannot be used: ".
 */
import { NAME_LENGTH_MAX } from '../../wire/limits.ts'

export type Read<Value> = { readonly value: Value } | { readonly complaint: string }

/** How text becomes a value; `argument` is how help writes it. */
export interface Kind<Value> {
  readonly argument: string
  /** True where a flag may be repeated; the texts are then joined by commas. */
  readonly list?: boolean
  /** What the flag alone means, for kinds whose argument may be left out. */
  readonly preset?: string
  read(text: string, cwd: string): Read<Value>
}

/** Characters of any one value: the longest path that Linux takes. */
const TEXT_LENGTH_MAX = 4096
/** Characters of a URL, as many as nearly every server takes. */
const URL_LENGTH_MAX = 2_048
const SECRET_IN_URL =
  'whoever sees the settings would read the secret in it; put it into a file and name that by --log-export-token-file'
/** Entries of what a node allows, and their characters: as AllowSchema has it. */
const ALLOWS_MAX = 64
const ALLOW_LENGTH_MAX = 1024
/** Entries of a list: addresses of one machine, or of the members of a small mesh. */
const LIST_LENGTH_MAX = 32
const PORT_MAX = 65_535
/** Characters of an IPv6 address with its zone. */
const ADDRESS_LENGTH_MAX = 64
/** The form alone, which tells an address from a name, and from one with a port. */
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
const IPV6 = /^[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]*(%[\w.-]+)?$/i
/** Bytes of an interface's name on Linux: IFNAMSIZ, the last of which is NUL. */
const INTERFACE_NAME_MAX = 15
/** As many addresses of one node as other nodes remember. */
const OWN_ADDRESSES_MAX = 16

export const path: Kind<string> = {
  argument: '<path>',
  read: (text, cwd) => {
    if (text.includes('\0')) return { complaint: 'a path holds no NUL' }
    if (text.length > TEXT_LENGTH_MAX) return { complaint: `it is longer than ${TEXT_LENGTH_MAX} characters` }
    const absolute = text.startsWith('/') ? text : `${cwd}/${text.replace(/^(\.\/)+/, '')}`
    return { value: absolute.length > 1 ? absolute.replace(/\/+$/, '') : absolute }
  },
}

/** A path that may not be given. */
export const givenPath: Kind<string | null> = path

/** A path, or `-` for standard input. */
export const pathOrInput: Kind<string | null> = {
  argument: '<path|->',
  read: (text, cwd) => (text === '-' ? { value: text } : path.read(text, cwd)),
}

export const name: Kind<string> = {
  argument: '<name>',
  read: (text) =>
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) && text.length <= NAME_LENGTH_MAX
      ? { value: text }
      : {
          complaint: `a name is lower case letters, digits and inner hyphens, at most ${NAME_LENGTH_MAX} of them`,
        },
}

/** A name that may not be given. */
export const givenName: Kind<string | null> = name

/** Where an API answers. Beyond this machine a token may be overheard, unless it is encrypted. */
export const apiUrl: Kind<string | null> = {
  argument: '<url>',
  read: (text) => {
    const [, scheme, host] =
      /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?\/?$/i.exec(text) ?? []
    if (scheme === undefined || host === undefined || text.length > DOMAIN_LENGTH_MAX)
      return { complaint: 'it is a URL without a path, such as https://attic.local:8080' }
    const isLocal = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/i.test(host)
    if (scheme.toLowerCase() === 'http' && !isLocal)
      return { complaint: 'beyond this machine it begins with https://' }
    return { value: text.toLowerCase().replace(/\/$/, '') }
  },
}

/** Names of parameters by which people give keys away. */
const SECRET_PARAMETER = /token|secret|passw|signature|credential|auth|(^|[-_.])(api)?key$|^sig$/i

/** `off`, `mesh`, or a URL, which is shown to whoever sees the settings. */
export const logDestination: Kind<string> = {
  argument: '<off|mesh|url>',
  read: (text) => {
    if (text === 'off' || text === 'mesh') return { value: text }
    const [, authority, path = ''] = /^https?:\/\/([^/?#]+)([/?][\x21\x22\x24-\x7e]*)?$/.exec(text) ?? []
    if (authority === undefined || text.length > URL_LENGTH_MAX)
      return { complaint: 'it is off, mesh, or a URL such as https://logs.example.org/coterie' }
    if (authority.includes('@')) return { complaint: SECRET_IN_URL }
    if (!/^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/i.test(authority))
      return { complaint: `"${authority}" is no host` }
    const names = path
      .replace(/^[^?]*\??/, '')
      .split('&')
      .map((pair) => pair.replace(/=.*$/, ''))
    return names.some((name) => SECRET_PARAMETER.test(name)) ? { complaint: SECRET_IN_URL } : { value: text }
  },
}

export const port: Kind<number> = {
  argument: '<port>',
  read: (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= PORT_MAX
      ? { value: Number(text) }
      : { complaint: `a port is a number from 0 to ${PORT_MAX}` },
}

export const portOrOff: Kind<number | null> = {
  argument: '<port|off>',
  read: (text, cwd) => (text === 'off' ? { value: null } : port.read(text, cwd)),
}

/** An IP address to listen on, without a port; which of them are this machine's is found out by listening. */
export const ipAddress: Kind<string> = {
  argument: '<address>',
  read: (text) => {
    const bare = text.replace(/^\[(.*)\]$/, '$1')
    const isAddress = IPV4.test(bare) || IPV6.test(bare)
    return isAddress && bare.length <= ADDRESS_LENGTH_MAX
      ? { value: bare }
      : { complaint: 'it is an IP address without a port, such as 127.0.0.1 or ::' }
  },
}

/** What precedes the domain in the name that is asked for is within this too (RFC 1035, section 2.3.4). */
const DOMAIN_LENGTH_MAX = 240

export const domain: Kind<string | null> = {
  argument: '<domain>',
  read: (text) => {
    const value = text.toLowerCase().replace(/\.$/, '')
    const isDomain = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/.test(
      value,
    )
    return isDomain && value.length <= DOMAIN_LENGTH_MAX
      ? { value }
      : { complaint: 'a domain is labels of letters, digits and hyphens with dots between them' }
  },
}

export const nameServer: Kind<string | null> = {
  argument: '<ip[:port]>',
  read: (text) => {
    const parts = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::(\d{1,5}))?$|^[\da-f]*:[\da-f:.]+$/i.exec(
      text,
    )
    const isServer = parts !== null && (parts[1] === undefined || 'value' in knownPort.read(parts[1], ''))
    return isServer
      ? { value: text }
      : { complaint: 'a name server is an IP address, IPV4:PORT or [IPV6]:PORT' }
  },
}

/** A whole number from `least` to `most`. */
export const count = (least: number, most: number): Kind<number> => ({
  argument: '<count>',
  read: (text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: Number(text) }
      : { complaint: `it is a number from ${least} to ${most}` },
})

/** So many of what there is, or all of it. */
export const countOrAll = (most: number): Kind<number | null> => ({
  argument: '<count|all>',
  read: (text, cwd) => (text === 'all' ? { value: null } : count(1, most).read(text, cwd)),
})

/** A port that others have to know, so that the system cannot choose it. */
export const knownPort: Kind<number> = { ...count(1, PORT_MAX), argument: '<port>' }

const SWITCHED: Readonly<Record<string, boolean>> = { on: true, off: false, true: true, false: false }

/** On or off; a YAML file says true or false as well. */
export const onOff: Kind<boolean> = {
  argument: '[on|off]',
  preset: 'on',
  read: (text) => {
    const value = Object.hasOwn(SWITCHED, text) ? SWITCHED[text] : undefined
    return value === undefined ? { complaint: 'it is on or off' } : { value }
  },
}

export const choice = <const Option extends string>(...options: readonly Option[]): Kind<Option> => ({
  argument: `<${options.join('|')}>`,
  read: (text) => {
    const value = options.find((option) => option === text)
    return value === undefined ? { complaint: `it is one of ${options.join(', ')}` } : { value }
  },
})

/** Texts separated by commas, at most `most`, each of which `odd` has no complaint about. */
const list = (
  argument: string,
  most: number,
  odd: (part: string) => string | null,
): Kind<readonly string[]> => ({
  argument,
  list: true,
  read: (text) => {
    const value = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    if (value.length > most) return { complaint: `it lists more than ${most}` }
    const complaint = value.map(odd).find((found) => found !== null)
    return complaint === undefined ? { value } : { complaint }
  },
})

const oddAddress = (part: string): string | null =>
  /^[\w.:[\]/%-]{1,256}$/.test(part) ? null : `"${part}" is no address`

/** Addresses, separated by commas; what each means is for the network to say. */
export const addresses: Kind<readonly string[]> = list('<address,...>', LIST_LENGTH_MAX, oddAddress)

/** Addresses that a node claims as its own. */
export const ownAddresses: Kind<readonly string[]> = list('<address,...>', OWN_ADDRESSES_MAX, oddAddress)

/** Names of network interfaces; whether they exist is for the network to say. */
export const interfaces: Kind<readonly string[]> = list('<interface,...>', LIST_LENGTH_MAX, (part) =>
  new RegExp(`^[^\\s/:]{1,${INTERFACE_NAME_MAX}}$`).test(part) ? null : `"${part}" is no interface's name`,
)

/** As `AllowSchema` of protocols/spec, which loads a schema library. */
const ALLOW =
  /^(privileged|docker-socket|unconfined|host-(network|pid|ipc|uts)|cap=[A-Z_]+|(bind|device)=\/[^\0\n,:]*)$/

/** What containers may reach of a machine. */
export const allows: Kind<readonly string[]> = list('<what,...>', ALLOWS_MAX, (part) =>
  ALLOW.test(part) && part.length <= ALLOW_LENGTH_MAX
    ? null
    : `"${part}" is none of privileged, docker-socket, unconfined, host-network, host-pid, host-ipc, host-uts, cap=NAME, bind=/PATH, device=/PATH`,
)
