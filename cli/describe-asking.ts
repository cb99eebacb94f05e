/** What machines that ask to join, and the window in which they may, look like to a person. */
import type { Writable } from 'node:stream'
import type { AskedMesh, AskingNode, OpenLanState } from '../protocols/control/index.ts'
import { shownFingerprint } from './fingerprint.ts'
import { duration, painted, plain, table } from './output.ts'

type Window = NonNullable<OpenLanState['window']>

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`

export const describeWindow = ({ untilMs, autoApprove, role, cidrs }: Window): string => {
  const who = cidrs.length === 0 ? 'machines of its LAN' : `machines of ${cidrs.join(', ')}`
  const what = role === 'edge' ? 'edge nodes' : 'full or edge nodes'
  const until = `until ${timeOf(untilMs)}, for ${duration(untilMs - Date.now())}`
  const how = autoApprove
    ? 'Whoever asks is let in, without a question.'
    : 'coterie node requests shows who asks, coterie node approve lets them in.'
  return `This node is open to ${who}, which may join as ${what}, ${until}.\n${how}\n`
}

/** What to type on the machines that are to join. */
export const describeOpened = (window: Window): string =>
  `${describeWindow(window)}On each machine that is to join, type:\n\n  coterie up --ask\n\n`

export const CLOSED =
  'This node is closed: no machine may ask it to join. coterie node open-lan 10m opens it.\n'

const machineOf = ({ machine: { arch, cpus, memoryMb } }: AskingNode): string =>
  `${arch}, ${cpus} ${cpus === 1 ? 'core' : 'cores'}, ${(memoryMb / 1024).toFixed(1)} GiB`

export const describeRequests = ({ window, requests }: OpenLanState, stream: Writable): string => {
  const head = window === null ? CLOSED : describeWindow(window)
  if (requests.length === 0) return window === null ? head : `${head}Nobody asks.\n`
  const rows = requests.map((request) => [
    shownFingerprint(request.fingerprint),
    request.name,
    painted(request.state, stream),
    request.role,
    machineOf(request),
    plain(request.address),
    `${duration(Date.now() - request.askedAtMs)} ago`,
  ])
  return `${head}\n${table(['FINGERPRINT', 'NAME', 'STATE', 'WANTS', 'MACHINE', 'FROM', 'ASKED'], rows)}`
}

export const describeApproved = ({ name, fingerprint }: AskingNode): string =>
  `${name}, which shows ${shownFingerprint(fingerprint)}, is let in; it joins within seconds.\n`

export const describeDenied = ({ name, fingerprint }: AskingNode): string =>
  `${name}, which shows ${shownFingerprint(fingerprint)}, is not let in; it may ask again in two minutes.\n`

/** On the machine that asks, before anybody is asked whether it is the same there. */
export const describeAsked = ({ mesh, address, fingerprint }: AskedMesh): string =>
  [
    `This machine asks the mesh ${mesh.name} to join it, at ${plain(address)}.`,
    '',
    `  ${shownFingerprint(fingerprint)}`,
    '',
    `An admin of ${mesh.name} sees the same number there by coterie node requests, and types:`,
    '',
    `  coterie node approve ${shownFingerprint(fingerprint)}`,
    '',
    '',
  ].join('\n')
