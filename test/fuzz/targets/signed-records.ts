/** Revisions and registers: true signatures over true and over hostile contents, and what else can be made of them. */
import { createRegister, createRevision, type Revision } from '../../../crdt/index.ts'
import { registerContentCodec } from '../../../crdt/register.ts'
import { revisionContentCodec } from '../../../crdt/revision.ts'
import { encodeSigned, type RecordKind, signedCodec, signedMessage } from '../../../crdt/signed.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { AUTHORS, type Author, NODE_PATTERN, OTHERS } from '../authors.ts'
import { type FrameSource, frameFrom, sourceOf } from '../frames.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { type Tree, treeOf } from '../tree.ts'

const RECORDS = 24
const SERVICES = ['web', 'db', 'queue', 'mail']

const specOf = (name: string, image: string): ServiceSpec => ({
  kind: 'service',
  name,
  project: 'shop',
  image,
  command: ['serve', '--all'],
  environment: { PORT: '80' },
  ports: [{ target: 80, published: null, protocol: 'tcp' }],
  replicas: 2,
  restart: 'always',
  process: null,
})

const authorAt = (at: number): Author => AUTHORS[at % AUTHORS.length] as Author

/** Honest ones, each of another content. */
export const REVISIONS: readonly Revision[] = await Promise.all(
  Array.from({ length: RECORDS }, (_, at) => {
    const name = SERVICES[at % SERVICES.length] as string
    const author = authorAt(at)
    const content = {
      object: `service/shop/${name}`,
      parents: [],
      hlc: { wallMs: 1_000 + at, counter: 0 },
      author: author.node,
      via: 'cli',
      body: { type: 'spec' as const, spec: specOf(name, `${name}:${at}`) },
    }
    return createRevision(content, author)
  }),
)

export const REGISTERS: readonly Uint8Array[] = await Promise.all(
  Array.from({ length: RECORDS }, async (_, at) => {
    const author = authorAt(at)
    const key = at % 3 === 0 ? `node/${author.node}` : `task/shop.web.${at % 5}.7`
    const content = {
      node: author.node,
      key,
      epoch: 1 + (at % 4),
      sequence: 1 + at,
      value: new Uint8Array(40),
    }
    return (await createRegister(content, author.sign)).bytes
  }),
)

/** What a known author says, with a body that is of the object that it names. */
const revisionContent = (random: Random, author: Author): Tree => {
  const words = new Map([
    [NODE_PATTERN, [author.node]],
    ['^[0-9a-f]{64}$', REVISIONS.map(({ id }) => id)],
  ])
  const content = valueFor(random, revisionContentCodec.schema, words) as Record<string, unknown>
  const name = pick(random, SERVICES)
  const body = chance(random, 0.7) ? { type: 'spec', spec: specOf(name, 'a') } : content.body
  return treeOf({ ...content, object: `service/shop/${name}`, body })
}

const registerContent = (random: Random, author: Author): Tree => {
  const words = new Map([
    [NODE_PATTERN, [author.node]],
    ['^[a-z]+/[A-Za-z0-9.-]+$', ['task/shop.web.0.7', 'task/shop.web.1.7', `node/${author.node}`]],
  ])
  return treeOf(valueFor(random, registerContentCodec.schema, words))
}

export interface RecordForm {
  readonly kind: RecordKind
  readonly honest: readonly Uint8Array[]
  readonly bounds: readonly number[]
  content(random: Random, author: Author): Tree
}

const SIGNED_RATIO = 0.4
const envelopeBounds = boundsIn(signedCodec.schema)

/** Truly signed over a content true or hostile; or an honest record that is changed from outside. */
export const changedRecord = (random: Random, form: RecordForm): Uint8Array => {
  if (chance(random, SIGNED_RATIO)) {
    const author = pick(random, OTHERS)
    const source: FrameSource = { bounds: form.bounds, valid: (own) => form.content(own, author) }
    const content = frameFrom(random, source)
    const signature = author.sign(signedMessage(form.kind, content)) as Uint8Array
    return encodeSigned({ content, signature })
  }
  const record = (own: Random) => treeOf(signedCodec.decode(pick(own, form.honest)))
  return frameFrom(random, { ...sourceOf(signedCodec.schema), bounds: envelopeBounds, valid: record })
}

const REVISION_FORM: RecordForm = {
  kind: 'revision',
  honest: REVISIONS.map(({ bytes }) => bytes),
  bounds: boundsIn(revisionContentCodec.schema),
  content: revisionContent,
}

const REGISTER_FORM: RecordForm = {
  kind: 'register',
  honest: REGISTERS,
  bounds: boundsIn(registerContentCodec.schema),
  content: registerContent,
}

export const changedRevision = (random: Random): Uint8Array => changedRecord(random, REVISION_FORM)
export const changedRegister = (random: Random): Uint8Array => changedRecord(random, REGISTER_FORM)
