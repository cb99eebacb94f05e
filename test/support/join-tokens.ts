/** Join tokens as nodes make them, of meshes that need not be there. */
import { createSigning } from '../../node/intent/index.ts'
import { nodeIdOf } from '../../node/network/index.ts'
import { draftToken, type JoinTokenTerms } from '../../protocols/credentials/index.ts'

/** By a node of this seed, good from 2025 to 2100 and for one machine, unless `more` says otherwise. */
export const makeToken = async (more: Partial<JoinTokenTerms> = {}, seed = new Uint8Array(32).fill(5)) => {
  const { message, complete } = draftToken({
    rootHash: new Uint8Array(32).fill(1),
    id: new Uint8Array(16).fill(2),
    by: nodeIdOf(seed),
    notBeforeMs: Date.UTC(2025, 0),
    expiresAtMs: Date.UTC(2100, 0),
    usesMax: 1,
    role: 'full',
    capabilities: [],
    cidrs: [],
    labels: [],
    addresses: [],
    ...more,
  })
  return complete(await createSigning(seed).sign(message))
}

/** A well-formed token of no mesh. */
export const OTHER_TOKEN = await makeToken()
