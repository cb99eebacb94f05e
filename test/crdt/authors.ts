/** Authors with real keys, and what they write. */
import { createRevision, type Revision, type RevisionContent } from '../../crdt/index.ts'
import { createSigning } from '../../node/intent/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { newIdentity } from '../support/identities.ts'

export interface Author extends ReturnType<typeof createSigning> {
  readonly node: NodeId
}

export const newAuthor = (): Author => {
  const { seed, node } = newIdentity()
  return { node, ...createSigning(seed) }
}

export const spec = (name: string, image = 'nginx'): ServiceSpec => ({
  kind: 'service',
  name,
  project: 'shop',
  image,
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: null,
})

export const contentOf = (
  author: Author,
  name: string,
  fields: Partial<RevisionContent> = {},
): RevisionContent => ({
  object: `service/shop/${name}`,
  parents: [],
  hlc: { wallMs: 1000, counter: 0 },
  author: author.node,
  via: 'cli',
  body: { type: 'spec', spec: spec(name) },
  ...fields,
})

export const write = (
  author: Author,
  name: string,
  fields: Partial<RevisionContent> = {},
): Promise<Revision> => createRevision(contentOf(author, name, fields), author)
