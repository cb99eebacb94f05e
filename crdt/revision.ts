/** Revisions: what a person wants, immutable, named by the hash of its content. See docs/design/revisions.md. */
import { type Static, Type } from 'typebox'
import { toString as bytesToString } from 'uint8arrays'
import {
  type Decision,
  HlcSchema,
  KEEP_VERSION,
  ObjectKeySchema,
  type RevisionId,
  RevisionIdSchema,
  type Written,
} from '../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../protocols/errors/index.ts'
import { type ServiceSpec, ServiceSpecSchema, serviceKey } from '../protocols/spec/index.ts'
import { FIRST_VERSION } from '../protocols/versions/index.ts'
import { defineMessage, intern, NodeIdSchema, REVISION_BYTES_MAX } from '../protocols/wire/index.ts'
import {
  type Claim,
  decodeSigned,
  encodeSigned,
  type Hash,
  type Sign,
  signedCodec,
  signedMessage,
} from './signed.ts'

/** Heads that one revision may succeed at once: the head and the conflicts that it settles. */
export const PARENTS_MAX = 8

/** Adds the fields of a spec beyond these. */
const FIELDS_VERSION = 2
const FIRST_FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'name',
  'project',
  'image',
  'command',
  'environment',
  'ports',
  'replicas',
  'restart',
  'process',
])

const BodySchema = Type.Union([
  Type.Object({ type: Type.Literal('spec'), spec: ServiceSpecSchema }),
  Type.Object({ type: Type.Literal('removal') }),
  /** Leaves the head among its parents as it is, and settles the conflicts among them. */
  Type.Object({ type: Type.Literal('keep') }),
])

const ContentSchema = Type.Object({
  object: ObjectKeySchema,
  parents: Type.Array(RevisionIdSchema, { maxItems: PARENTS_MAX }),
  hlc: HlcSchema,
  /** The node on which it was written, and whose key signs. */
  author: NodeIdSchema,
  /** The door by which it came in: `cli`, `api`. */
  via: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
  body: BodySchema,
  /** The head that the author insists on, null for none; absent where concurrent edits are welcome. */
  ifHead: Type.Optional(Type.Union([RevisionIdSchema, Type.Null()])),
})

export const revisionContentCodec = defineMessage('revision', ContentSchema)

export type RevisionBody = Static<typeof BodySchema>
export type RevisionContent = Static<typeof ContentSchema>

export interface Revision extends Readonly<RevisionContent> {
  readonly id: RevisionId
  /** Its encoded form, as stored and sent. */
  readonly bytes: Uint8Array
}

const invalid = (detail: string) => new CoterieError('revisionInvalid', { detail })

/**
 * Writes down a new revision and signs it.
 * @throws `revisionInvalid`, `revisionTooLarge`
 */
export const createRevision = async (
  content: RevisionContent,
  { hash, sign }: { readonly hash: Hash; readonly sign: Sign },
): Promise<Revision> => {
  const encoded = revisionContentCodec.encode(content)
  // Read as others will, before it is signed: what they would refuse is refused here.
  checkSize(encoded.byteLength)
  parseContent(encoded)
  const signature = await sign(signedMessage('revision', encoded))
  return parseRevision(encodeSigned({ content: encoded, signature }), hash)
}

/**
 * Reads a revision; its signature is not verified yet, see `revisionClaim`.
 * @throws `revisionInvalid`, `revisionTooLarge`
 */
export const parseRevision = (bytes: Uint8Array, hash: Hash): Revision => {
  checkSize(bytes.byteLength)
  const { content } = decode(() => decodeSigned(bytes))
  return asRevision(parseContent(content), bytesToString(hash(content), 'base16'), bytes)
}

/** Reads again what was parsed, and verified, once; null where a newer version did that, and this one cannot. */
export const readRevision = (id: RevisionId, bytes: Uint8Array): Revision | null => {
  try {
    return asRevision(revisionContentCodec.decode(signedCodec.decode(bytes).content), id, bytes)
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return null
    throw error
  }
}

const asRevision = (content: RevisionContent, id: RevisionId, bytes: Uint8Array): Revision => ({
  ...content,
  author: intern(content.author),
  via: intern(content.via),
  id,
  bytes,
})

/** What the revision says about who signed it. */
export const revisionClaim = ({ author, bytes }: Revision): Claim => {
  const { content, signature } = decodeSigned(bytes)
  return { signer: author, message: signedMessage('revision', content), signature }
}

/**
 * The mesh version that all members must support to take over a revision with this body: older ones refuse what they do not know, and
 * would hold up whoever waits until they have stored it.
 */
export const bodyVersion = (body: RevisionBody): number => {
  if (body.type === 'keep') return KEEP_VERSION
  if (body.type !== 'spec') return FIRST_VERSION
  return laterFields(body.spec).length === 0 ? FIRST_VERSION : FIELDS_VERSION
}

/** What a spec says that the first version does not know, by the names of its fields. */
export const laterFields = (spec: ServiceSpec): string[] => [
  ...Object.entries(spec).flatMap(([field, value]) =>
    value === undefined || FIRST_FIELDS.has(field) ? [] : [field],
  ),
  ...(['mode', 'address'] as const)
    .filter((field) => spec.ports.some((port) => port[field] !== undefined))
    .map((field) => `ports.${field}`),
]

/** Who wrote it, and when by its own clock. */
export const writtenOf = ({ author, hlc }: Pick<Revision, 'author' | 'hlc'>): Written => ({ author, hlc })

/** The decision that accepts the revision. Its clock is still the author's own; the leader clamps it. */
export const acceptanceOf = ({
  id,
  object,
  parents,
  hlc,
  body,
  ifHead,
}: Revision): Extract<Decision, { type: 'revisionAccepted' }> => ({
  type: 'revisionAccepted',
  revision: id,
  object,
  parents,
  hlc,
  removed: body.type === 'removal',
  ...(body.type === 'keep' ? { keeps: true } : {}),
  ...(ifHead === undefined ? {} : { ifHead }),
})

const checkSize = (bytes: number): void => {
  if (bytes > REVISION_BYTES_MAX) {
    throw new CoterieError('revisionTooLarge', { bytes, bytesMax: REVISION_BYTES_MAX })
  }
}

const parseContent = (encoded: Uint8Array): RevisionContent => {
  const content = decode(() => revisionContentCodec.decode(encoded))
  const { object, parents, body } = content
  if (body.type === 'keep' && parents.length < 2) throw invalid('it keeps a head and names no conflict')
  if (body.type === 'spec' && serviceKey(body.spec.project, body.spec.name) !== object) {
    throw invalid(`it is of ${object}, and its spec is of ${serviceKey(body.spec.project, body.spec.name)}`)
  }
  return content
}

const decode = <Value>(read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    throw isCoterieError(error, 'malformedMessage') ? invalid(error.data.detail) : error
  }
}
