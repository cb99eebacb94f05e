/** What `coterie discover` found, for people. */
import type { Writable } from 'node:stream'
import type { Discovered, MethodFindings } from '../protocols/control/discover-module.ts'
import { faint, plain, table } from './output.ts'

const milliseconds = (ms: number | null): string => (ms === null ? 'no' : `${ms} ms`)

const rowsOf = (
  { method, found, reason }: MethodFindings,
  self: string | null,
): readonly (readonly string[])[] =>
  reason === null
    ? found.map(({ node, addresses, foundMs, connectMs }) => [
        method,
        node === null ? '-' : node === self ? 'this node' : node,
        milliseconds(foundMs),
        milliseconds(connectMs),
        addresses.map(plain).join(' '),
      ])
    : [[method, 'nothing', '-', '-', plain(reason)]]

/** A line for each node or address that a method found, or why it found none; then the records for a zone. */
export const describeDiscovered = ({ self, methods, record }: Discovered, stream: Writable): string => {
  const rows = methods.flatMap((findings) => rowsOf(findings, self))
  const records = record.texts.map((text) => `  ${record.name}. TXT "${plain(text)}"\n`).join('')
  return [
    table(['METHOD', 'FOUND', 'AFTER', 'CONNECTS', 'ADDRESSES'], rows),
    faint('\nFor discovery by DNS (--discovery-domain), a zone holds:', stream),
    `\n${records}`,
  ].join('')
}
