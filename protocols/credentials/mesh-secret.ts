/**
 * The secret that admits a machine to a mesh: 32 random bytes, written as `coterie-` and 52 characters of
 * base32 (RFC 4648, lower case, no padding).
 *
 * Whoever holds it may join; it never crosses a wire. What crosses is a proof over both peer ids, which the
 * encrypted connection has already proven, so a proof that was overheard or relayed opens nothing.
 */
import { fromString, toString as toText } from 'uint8arrays'
import { CoterieError } from '../errors/index.ts'
import type { NodeId } from '../wire/index.ts'

export const SECRET_BYTES = 32
const PREFIX = 'coterie-'
const TEXT_LENGTH = 52

/** The text that a person copies. */
export const formatSecret = (secret: Uint8Array): string => PREFIX + toText(secret, 'base32')

/** The bytes of a secret that a person gave; white space around it is forgiven. @throws `secretMalformed` */
export const parseSecret = (text: string): Uint8Array => {
  const given = text.trim()
  if (!given.startsWith(PREFIX))
    throw new CoterieError('secretMalformed', { detail: `it does not begin with ${PREFIX}` })
  const body = given.slice(PREFIX.length).toLowerCase()
  if (body.length !== TEXT_LENGTH) {
    const detail = `${TEXT_LENGTH} characters should follow ${PREFIX}, there are ${body.length}`
    throw new CoterieError('secretMalformed', { detail })
  }
  // The last of them holds one bit of the secret and four zeros: any other letter there is a slip of the pen.
  if (!/^[a-z2-7]+[aq]$/.test(body))
    throw new CoterieError('secretMalformed', { detail: 'it holds a character that no secret has' })
  return fromString(body, 'base32')
}

/** What each side signs with the secret (HMAC-SHA-256), so that neither's proof serves as the other's. */
export const proofText = (side: 'joiner' | 'member', joiner: NodeId, member: NodeId): string =>
  `coterie-join/1|${side}|${joiner}|${member}`

/** What is signed with the secret to get the tag under which the machines of one mesh find each other. */
export const TAG_TEXT = 'coterie-discovery/1'

/** What is signed with the secret to get the key of the packets by which they find each other. */
export const PACKET_KEY_TEXT = 'coterie-discovery-packet/1'
