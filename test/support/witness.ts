/**
 * An exclusive service of plain programs that tells by itself whether two of it ever ran at once: each writes its fencing token and the
 * time of the machine to one file, from its first moment to its last.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { ServiceSpec } from '../../protocols/spec/index.ts'

const SCRIPT = `while :; do
  read -r uptime idle < /proc/uptime
  echo "$COTERIE_FENCING_TOKEN $uptime" >> "$WITNESS"
  sleep 0.05
done`

export const witnessed = (path: string): ServiceSpec => ({
  kind: 'service',
  name: 'ledger',
  project: 'shop',
  image: null,
  command: null,
  environment: { WITNESS: path },
  ports: [],
  replicas: 1,
  restart: 'unless-stopped',
  process: { command: ['sh', '-c', SCRIPT] },
  exclusive: true,
})

export interface Life {
  readonly token: number
  readonly firstS: number
  readonly lastS: number
}

/** The lives that were written of, in the order of their tokens. */
export const livesOf = async (path: string): Promise<Life[]> => {
  const lives = new Map<number, Life>()
  for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) {
    const [token = 0, atS = 0] = line.split(' ').map(Number)
    const { firstS, lastS } = lives.get(token) ?? { firstS: atS, lastS: atS }
    lives.set(token, { token, firstS: Math.min(firstS, atS), lastS: Math.max(lastS, atS) })
  }
  return [...lives.values()].sort((one, other) => one.token - other.token)
}

/** Throws unless each life had ended before the next one began. */
export const assertNeverTwo = (lives: readonly Life[]): void => {
  for (const [at, { token, lastS }] of lives.entries()) {
    const next = lives[at + 1]
    if (next !== undefined)
      assert.ok(
        lastS < next.firstS,
        `${token} wrote at ${lastS} s, ${next.token} already at ${next.firstS} s`,
      )
  }
}
