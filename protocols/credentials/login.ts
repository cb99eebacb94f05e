/** What a client signs to log in: it names everything that it is good for, so that nobody can use it elsewhere. */
import { CoterieError } from '../errors/index.ts'

/** Milliseconds in which a challenge must come back. */
export const CHALLENGE_MS = 60_000

export interface Challenge {
  /** Where the client asked: an origin such as `https://attic.local:8080`, or `socket`. */
  readonly at: string
  readonly mesh: string
  readonly node: string
  readonly user: string
  /** Hex of 16 random bytes. */
  readonly nonce: string
  /** Wall milliseconds of the node. */
  readonly untilMs: number
}

const FORM =
  /^coterie login 1\nat (socket|https?:\/\/[\w.:[\]-]{1,270})\nmesh ([0-9a-f]{16})\nnode (\w{20,80})\nuser ([a-z0-9-]{1,63})\nnonce ([0-9a-f]{32})\nuntil (\d{1,15})\n$/

export const challengeText = ({ at, mesh, node, user, nonce, untilMs }: Challenge): string =>
  `coterie login 1\nat ${at}\nmesh ${mesh}\nnode ${node}\nuser ${user}\nnonce ${nonce}\nuntil ${untilMs}\n`

/** @throws `malformedMessage` */
export const parseChallenge = (text: string): Challenge => {
  const [, at, mesh, node, user, nonce, untilMs] = FORM.exec(text) ?? []
  if (
    at === undefined ||
    mesh === undefined ||
    node === undefined ||
    user === undefined ||
    nonce === undefined
  )
    throw new CoterieError('malformedMessage', { what: 'challenge', detail: 'it has not the form of one' })
  return { at, mesh, node, user, nonce, untilMs: Number(untilMs) }
}
