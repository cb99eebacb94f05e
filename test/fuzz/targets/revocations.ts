/** Revocations from whoever tells of them. */
import { readFileSync } from 'node:fs'
import { createRootSigning } from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { readRevocation } from '../../../node/revocations/reading.ts'
import {
  revocationCodec,
  revocationsAnswerCodec,
  revocationsRequestCodec,
  statementCodec,
} from '../../../protocols/revocations/index.ts'
import { changedBytes, messageTarget } from '../frames.ts'
import { breach, nothing, type Target } from '../target.ts'

const FROZEN = new URL('../../fixtures/certificates/revocation.json', import.meta.url)
const { root, record } = JSON.parse(readFileSync(FROZEN, 'utf8')) as Record<'root' | 'record', string>
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const [ROOT, RECORD] = [bytesOf(root), bytesOf(record)]
const TRUE = statementCodec.decode(revocationCodec.decode(RECORD).statement)

const { hash } = createSigning(new Uint8Array(32).fill(7))
const files = {
  read: async () => null,
  write: async () => undefined,
  remove: async () => undefined,
  pathOf: (name: string) => name,
}

/** A changed record says what the true one does, or nothing: other bytes of the same form carry the same signature. */
export const revocationTarget: Target = {
  name: 'revocation',
  codes: [],
  open: () => {
    const signing = createRootSigning({ kept: { root: ROOT, issuer: () => null }, files })
    return {
      make: (random) => (random() < 0.1 ? RECORD : changedBytes(random, RECORD, () => RECORD)),
      take: (frame) => {
        const read = readRevocation(frame, { signing, hash })
        if (read === null) {
          if (Buffer.from(RECORD).equals(frame)) breach('the true one proves nothing')
          return
        }
        if (JSON.stringify(read.statement) !== JSON.stringify(TRUE)) breach('a changed one proves something')
      },
      fingerprint: nothing,
    }
  },
}

export const revocationTargets: readonly Target[] = [
  revocationTarget,
  messageTarget({ name: 'revocation-statement', codec: statementCodec }),
  messageTarget({ name: 'signed-revocation', codec: revocationCodec }),
  messageTarget({ name: 'revocations-request', codec: revocationsRequestCodec }),
  messageTarget({ name: 'revocations-answer', codec: revocationsAnswerCodec }),
]
