/** A start of the daemon that is refused, as the person who typed it sees it. */
import assert from 'node:assert/strict'
import { coterie } from '../cli/coterie.ts'

/** Free ports, loopback, no search for others, and no watchdog that outlives it: what a start in a test has in common. */
export const QUIET = [
  ...['--api-port', '0', '--gateway-port', '0', '--discovery', 'off'],
  ...['--listen', '/ip4/127.0.0.1/tcp/0', '--watchdog', 'external'],
] as const

/**
 * Runs `coterie up` with `words`, and holds it to a refusal that fits `line`: beside its log, one line with a cause and a next
 * step; exit code 1, nothing on standard output, no stack.
 */
export const refuseUp = async (
  words: readonly string[],
  line: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const { code, stdout, stderr } = await coterie(['up', ...QUIET, ...words], env)
  const told = stderr.replace(/^\{.*\}\n/gm, '')
  assert.match(told, line)
  assert.match(told, /^coterie: [^\n]+\. [A-Z][^\n]+\.\n$/, 'a cause, then a next step, in one line')
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
}
