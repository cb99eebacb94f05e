/** How long this node's certificates last, and who could issue others. */
import { X509Certificate } from 'node:crypto'
import { bad, good, timeOf, type Verdict, warning } from '../verdict.ts'
import { SET_CLOCK } from './date.ts'

export interface Leaf {
  /** What it proves, as in `its identity`. */
  readonly proves: string
  /** Wall clock. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

export interface CertificateFacts {
  readonly leaves: readonly Leaf[]
  readonly nowMs: number
  /** Members that issue certificates. */
  readonly issuers: number
}

/** By then it has renewed itself, wherever an issuer was reached. */
const RENEWED_BY_RATIO = 0.8

/** One may be lost with its disk. */
const ISSUERS_MIN = 2

const SEE_ISSUERS = 'Connect this node with an issuer, which coterie issuer ls names'

export const judgeCertificates = ({ leaves, nowMs, issuers }: CertificateFacts): Verdict[] => {
  const troubles = leaves.flatMap((leaf) => troubleOf(leaf, nowMs))
  const leftMs = Math.min(...leaves.map(({ notAfterMs }) => notAfterMs - nowMs))
  return [
    ...(troubles.length > 0 ? troubles : [good(`valid for ${daysOf(leftMs)}, and renewed long before that`)]),
    issuers >= ISSUERS_MIN
      ? good(`${issuers} members issue certificates`)
      : warning(
          'one member alone issues certificates: without it no machine joins, and in time none is let in',
          'Where the key of the root is, type: coterie issuer grant NODE',
        ),
  ]
}

const troubleOf = ({ proves, notBeforeMs, notAfterMs }: Leaf, nowMs: number): Verdict[] => {
  if (nowMs >= notAfterMs)
    return [bad(`the certificate of ${proves} ended ${daysOf(nowMs - notAfterMs)} ago`, SEE_ISSUERS)]
  if (nowMs < notBeforeMs)
    return [
      bad(
        `the certificate of ${proves} begins in ${daysOf(notBeforeMs - nowMs)}: the clock here is behind`,
        `Type: ${SET_CLOCK}`,
      ),
    ]
  if (nowMs < notBeforeMs + RENEWED_BY_RATIO * (notAfterMs - notBeforeMs)) return []
  return [
    warning(
      `the certificate of ${proves} ends in ${daysOf(notAfterMs - nowMs)}, and was not renewed`,
      SEE_ISSUERS,
    ),
  ]
}

const DAY_MS = 86_400_000

const daysOf = (ms: number): string => (ms < 2 * DAY_MS ? timeOf(ms) : `${Math.floor(ms / DAY_MS)} days`)

/** `certificate`: in PEM or DER; of a chain in PEM its first one counts. */
export const leafOf = (proves: string, certificate: string | Uint8Array): Leaf => {
  const { validFrom, validTo } = new X509Certificate(certificate)
  return { proves, notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) }
}
