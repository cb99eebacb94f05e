/** What `coterie token` tells a person. */
import type { Writable } from 'node:stream'
import type { CreatedToken, JoinTokenRow, JoinTokens } from '../protocols/control/index.ts'
import { duration, painted, table } from './output.ts'

/** Characters of an id that are shown: two tokens of one mesh seldom share them, and rm takes more. */
const SHOWN_LENGTH = 8

/** The line that lets the next machine in. */
export const joinLine = (token: string): string => `coterie up --token ${token}`

const STATES: Readonly<Record<JoinTokenRow['state'], string>> = {
  valid: 'valid',
  notYetValid: 'not yet valid',
  exhausted: 'used up',
  revoked: 'revoked',
  orphaned: 'its maker left',
}

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const inTime = (ms: number): string => {
  const leftMs = ms - Date.now()
  return leftMs <= 0 ? 'now' : `in ${duration(leftMs)}`
}

const wordsOf = ({ cidrs, capabilities, labels, only }: JoinTokenRow): string[] => [
  ...cidrs.map((cidr) => `from ${cidr}`),
  ...capabilities.map((capability) => `may ${capability}`),
  ...labels,
  ...(only === null ? [] : [`only for ${only}`]),
]

export const describeCreated = ({ text, token }: CreatedToken): string => {
  const { id, uses, role, notBeforeMs, expiresAtMs } = token
  const whom = uses === 1 ? 'one machine' : `${uses} machines`
  const what = `${role === 'edge' ? 'an edge node' : 'a full node'}${uses === 1 ? '' : ' each'}`
  const from = notBeforeMs > Date.now() ? ` from ${timeOf(notBeforeMs)} on and` : ''
  const words = wordsOf(token)
  return [
    `Token ${id.slice(0, SHOWN_LENGTH)} admits ${whom}, as ${what},${from} until ${timeOf(expiresAtMs)}, ${inTime(expiresAtMs)}.`,
    ...(words.length === 0 ? [] : [`Its terms: ${words.join(', ')}.`]),
    `It is not shown again. On the machine that joins, type:`,
    '',
    `  ${joinLine(text)}`,
    '',
    '',
  ].join('\n')
}

export const describeTokens = ({ tokens }: JoinTokens, stream: Writable): string =>
  tokens.length === 0
    ? 'There is no join token. Make one with coterie token create.\n'
    : table(
        ['TOKEN', 'STATE', 'ROLE', 'USED', 'EXPIRES', 'MADE BY', 'TERMS'],
        tokens.map((token) => [
          token.id.slice(0, SHOWN_LENGTH),
          painted(STATES[token.state], stream),
          token.role,
          `${token.used.length} of ${token.uses}`,
          inTime(token.expiresAtMs),
          token.by.name ?? token.by.id,
          wordsOf(token).join(', '),
        ]),
      )

export const describeRevoked = ({ id, used }: JoinTokenRow): string => {
  const admitted = used.map(({ id: node, name }) => name ?? node)
  const stay = admitted.length === 0 ? '' : ` ${admitted.join(', ')}, whom it admitted, stays.`
  return `Token ${id.slice(0, SHOWN_LENGTH)} admits nobody any more.${stay}\n`
}
