/** What strangers show to be let in: tokens, signatures of SSH keys, challenges, keys. */
import { sign } from 'node:crypto'
import { privateKeyOf, publicKeyOf } from '../../../node/intent/index.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { createChallenges } from '../../../node/users/challenges.ts'
import { parseKeyLine } from '../../../node/users/keys.ts'
import { createTokens } from '../../../node/users/tokens.ts'
import {
  ACCESS_S,
  AUDIENCES,
  CLOCK_TOLERANCE_S,
  challengeText,
  encodeSshKey,
  encodeSshSignature,
  parseChallenge,
  parseSshSignature,
  TOKEN_ALGORITHM,
  TOKEN_LENGTH_MAX,
  TOKEN_TYPES,
} from '../../../protocols/credentials/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'
import { changedBytes } from '../frames.ts'
import { breach, nothing, type Target, unbroken } from '../target.ts'
import { bytesOfText, jsonFrom, textFrom, textOfBytes } from '../text-frames.ts'
import { type Tree, treeOf } from '../tree.ts'

const MESH = '0123456789abcdef'
const NOW_S = 1_795_000_000
const clock = createHandClock(NOW_S * 1000)
const { seed, node } = newIdentity()
const privateKey = privateKeyOf(seed)
const tokens = createTokens(
  { clock, privateKey, publicKeyOf: (id) => (id === node ? publicKeyOf(id) : null) },
  { self: node, mesh: MESH },
)

const CLAIMS = {
  iss: MESH,
  sub: 'a'.repeat(32),
  sid: `${'b'.repeat(32)}.${NOW_S + 86_400}`,
  aud: AUDIENCES.person,
  epoch: 3,
  iat: NOW_S,
  nbf: NOW_S,
  exp: NOW_S + ACCESS_S,
}
const HEADER = { alg: TOKEN_ALGORITHM, kid: node, typ: TOKEN_TYPES.access }

const header = (random: Random): Tree =>
  treeOf({
    ...HEADER,
    ...pick(random, [{}, { jku: 'http://127.0.0.1:1/' }, { crit: ['exp'] }, { alg: 'none' }]),
  })
const claims = (random: Random): Tree =>
  treeOf({ ...CLAIMS, ...pick(random, [{}, { exp: NOW_S + 90_000 }, { nbf: NOW_S + 600 }, { aud: ['x'] }]) })

/** A token that this very node would have signed, whatever is in it; and texts that look like one. */
const tokenFrom = (random: Random): Uint8Array => {
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const head = chance(random, 0.7) ? bytesOfText(JSON.stringify(HEADER)) : jsonFrom(random, header, [52])
  const text = `${part(head)}.${part(jsonFrom(random, claims, [ACCESS_S, NOW_S]))}`
  const whole = `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`
  return chance(random, 0.7) ? bytesOfText(whole) : textFrom(random, [whole])
}

export const userTokenTarget: Target = {
  name: 'user-token',
  codes: ['tokenRefused'],
  open: () => ({
    make: tokenFrom,
    take: async (frame) => {
      const token = textOfBytes(frame)
      const { exp, nbf, iss } = await tokens.readAccess(token)
      if (token.length > TOKEN_LENGTH_MAX) breach('it took a token that is too long')
      if (iss !== MESH) breach('it took a token of another mesh')
      if (exp + CLOCK_TOLERANCE_S <= NOW_S || exp > NOW_S + ACCESS_S + CLOCK_TOLERANCE_S)
        breach(`it took a token until ${exp}`)
      if (nbf > NOW_S + CLOCK_TOLERANCE_S) breach(`it took a token from ${nbf} on`)
    },
    fingerprint: nothing,
  }),
}

const RAW = new Uint8Array(32).fill(5)
const SIGNATURES = (['sha256', 'sha512'] as const).map((hash) =>
  encodeSshSignature({ key: RAW, namespace: 'coterie-login', hash, signature: new Uint8Array(64).fill(6) }),
)

export const sshSignatureTarget: Target = {
  name: 'ssh-signature',
  codes: ['malformedMessage'],
  open: () => ({
    make: (random) => {
      const honest = () => pick(random, SIGNATURES)
      return chance(random, 0.15) ? honest() : changedBytes(random, honest(), honest)
    },
    take: (frame) => {
      const read = parseSshSignature(frame)
      if (read.key.byteLength !== 32 || read.signature.byteLength !== 64) breach('it took another length')
      const again = unbroken('writing it again', () => encodeSshSignature(read))
      // A namespace of other letters than those of ASCII is written otherwise, and is none of ours.
      if (/^[\x20-\x7e]*$/.test(read.namespace) && Buffer.compare(again, frame) !== 0)
        breach('one signature has two forms')
    },
    fingerprint: nothing,
  }),
}

const AT = 'http://127.0.0.1:8080'
const CHALLENGE = { at: AT, mesh: MESH, node, user: 'ada', nonce: 'c'.repeat(32), untilMs: NOW_S * 1000 + 1 }
const challenges = createChallenges({ clock }, { mesh: MESH, self: node })

export const challengeTarget: Target = {
  name: 'login-challenge',
  codes: ['malformedMessage'],
  open: () => ({
    make: (random) => textFrom(random, [challengeText(CHALLENGE), challenges.make('ada', AT).text]),
    take: (frame) => {
      const text = textOfBytes(frame)
      const signature = Buffer.from(SIGNATURES[0] as Uint8Array).toString('base64')
      const read = parseChallenge(text)
      if (challengeText(read) !== text && !/until 0\d/.test(text)) breach('one challenge has two forms')
      const login = { user: read.user, text, seal: 'AAAA', signature }
      if (challenges.keyOf(login) !== null) breach('it took a challenge that it never made')
    },
    fingerprint: nothing,
  }),
}

const LINE = `ssh-ed25519 ${Buffer.from(encodeSshKey(RAW)).toString('base64')} ada@laptop`

export const publicKeyTarget: Target = {
  name: 'public-key-line',
  codes: ['keyUnusable'],
  open: () => ({
    make: (random) => textFrom(random, [LINE, 'ssh-rsa AAAA me', LINE.slice(0, 40)]),
    take: (frame) => {
      const { key, comment } = parseKeyLine(textOfBytes(frame))
      if (key.byteLength !== 32 || comment.length > 100) breach('it took what is no key')
    },
    fingerprint: nothing,
  }),
}
