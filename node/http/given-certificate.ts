/** A certificate that a person gave as two files, followed as they change: whoever renews it need not know of this daemon. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { HttpsIdentity } from './identity.ts'
import { CERTIFICATE_BYTES_MAX, CERTIFICATE_LOOK_MS } from './limits.ts'

export interface CertificateFiles {
  /** PEM: the leaf, then what proves it. */
  readonly certificate: string
  /** PEM, without a passphrase. */
  readonly key: string
}

/** An identity that changes when its files do. */
export interface GivenCertificate extends HttpsIdentity {
  /** Reads the files now. What cannot be used is logged, and what was shown before is shown on. */
  reload(): Promise<void>
  /** Ends the looking. */
  close(): void
}

export interface GivenCertificateComponents {
  readonly clock: Clock
  readonly logger: Logger
}

type Pem = ReturnType<HttpsIdentity['https']>

/** Reads both files, and looks at them every `CERTIFICATE_LOOK_MS` from then on. @throws `certificateUnusable` */
export const openGivenCertificate = async (
  { clock, logger }: GivenCertificateComponents,
  files: CertificateFiles,
): Promise<GivenCertificate> => {
  const listeners = new Set<() => void>()
  let seen = await stateOf(files)
  let shown = await readPem(files)
  let cancel = () => {}
  let isClosed = false
  tellAge(shown, clock.wallMs(), files, logger)

  const reload = async () => {
    // Asked for before reading: what changes meanwhile is seen at the next look.
    seen = await stateOf(files)
    try {
      shown = await readPem(files)
    } catch (error) {
      logger.warn({ detail: (error as Error).message }, 'the certificate is shown on that was shown before')
      return
    }
    logger.info({ path: files.certificate }, 'a new certificate is shown')
    tellAge(shown, clock.wallMs(), files, logger)
    for (const listener of listeners) listener()
  }
  const look = async () => {
    if ((await stateOf(files)) !== seen) await reload()
    if (!isClosed) lookLater()
  }
  const lookLater = () => {
    cancel = clock.after(CERTIFICATE_LOOK_MS, () => void look())
  }
  lookLater()

  return {
    https: () => shown,
    onRenewed: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    reload,
    close: () => {
      isClosed = true
      cancel()
    },
  }
}

/** A text that differs when one of the files is another one, or was written. */
const stateOf = async ({ certificate, key }: CertificateFiles): Promise<string> => {
  const found = await Promise.all(
    [certificate, key].map((path) =>
      stat(path, { bigint: true }).then(
        ({ ino, size, mtimeNs }) => [ino, size, mtimeNs].join(),
        () => 'missing',
      ),
    ),
  )
  return found.join(';')
}

/** Both, which fit each other. @throws `certificateUnusable` */
const readPem = async (files: CertificateFiles): Promise<Pem> => {
  const [certificate, key] = [await readSmall(files.certificate), await readSmall(files.key)]
  try {
    // An empty text is none to the context, and would only show at the first handshake.
    createPrivateKey(key)
    new X509Certificate(certificate)
    createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.3' })
  } catch (error) {
    throw unusable(files.certificate, `with the key in ${files.key}: ${(error as Error).message}`, error)
  }
  return { certificate, key }
}

const readSmall = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path)
    if (size > CERTIFICATE_BYTES_MAX) throw new Error(`it is over ${CERTIFICATE_BYTES_MAX} bytes`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unusable(path, (error as Error).message, error)
  }
}

const unusable = (path: string, detail: string, cause: unknown): CoterieError =>
  new CoterieError('certificateUnusable', { path, detail }, { cause })

/** Browsers will say so too; a node that did not start for it would be lost for more than its API. */
const tellAge = (
  { certificate }: Pem,
  wallMs: number,
  { certificate: path }: CertificateFiles,
  logger: Logger,
): void => {
  const { validTo, validFrom } = new X509Certificate(certificate)
  if (Date.parse(validTo) < wallMs) logger.warn({ path, validTo }, 'the certificate has expired')
  if (Date.parse(validFrom) > wallMs) logger.warn({ path, validFrom }, 'the certificate is not valid yet')
}
