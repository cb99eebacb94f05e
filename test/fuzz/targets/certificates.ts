/** Chains of certificates from whoever greets. */
import { readFileSync } from 'node:fs'
import { readChain, sha256 } from '../../../node/certificates/reading.ts'
import { createVerifier } from '../../../node/certificates/verifying.ts'
import { pick } from '../../../node/simulation/random.ts'
import {
  helloCodec,
  issuedCodec,
  issuerAnswerCodec,
  leavesRequestCodec,
} from '../../../protocols/credentials/index.ts'
import { changedBytes, messageTarget } from '../frames.ts'
import { breach, nothing, type Target } from '../target.ts'

interface FrozenChain {
  readonly node: string
  readonly madeAtMs: number
  readonly chain: readonly string[]
}

const FROZEN = new URL('../../fixtures/certificates/chain.json', import.meta.url)
const { node, madeAtMs, chain } = JSON.parse(readFileSync(FROZEN, 'utf8')) as FrozenChain
const CHAIN = chain.map((text) => new Uint8Array(Buffer.from(text, 'base64')))
const ROOT = sha256(CHAIN[2] as Uint8Array)
const WHOLE = Buffer.concat(CHAIN)

/** Three pieces of what came, cut where the certificates of a true chain end. */
const cut = (frame: Uint8Array): Uint8Array[] => {
  const [leaf, intermediate] = CHAIN.map(({ byteLength }) => byteLength) as [number, number]
  return [
    frame.subarray(0, leaf),
    frame.subarray(leaf, leaf + intermediate),
    frame.subarray(leaf + intermediate),
  ]
}

export const certificateChainTarget: Target = {
  name: 'certificate-chain',
  codes: ['certificateInvalid', 'certificateForeign', 'certificateExpired'],
  open: () => ({
    make: (random) => {
      const other = () => pick(random, CHAIN)
      return random() < 0.1 ? WHOLE : changedBytes(random, WHOLE, other)
    },
    take: (frame) => {
      const pieces = cut(frame)
      const verifier = createVerifier(ROOT)
      const seen = verifier.verify(pieces, node, { atMs: madeAtMs, isLate: false })
      if (!WHOLE.equals(frame)) breach('a changed chain proves something')
      if (seen.node !== node || readChain(pieces) === null) breach('it proves somebody else')
    },
    fingerprint: nothing,
  }),
}

export const certificateTargets: readonly Target[] = [
  certificateChainTarget,
  messageTarget({ name: 'hello', codec: helloCodec }),
  messageTarget({ name: 'certificate-request', codec: leavesRequestCodec }),
  messageTarget({ name: 'issued-certificates', codec: issuedCodec }),
  messageTarget({ name: 'issuer-request', codec: issuerAnswerCodec }),
]
