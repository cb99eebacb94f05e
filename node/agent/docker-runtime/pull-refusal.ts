/** What the engine meant when it could not fetch an image. Its words are all there is to tell the cases apart. Pure. */
import { CoterieError } from '../../../protocols/errors/index.ts'
import { parseImageName } from '../../../protocols/spec/index.ts'

const WRONG_PLATFORM = /no matching manifest|no match for platform|cannot be used on this platform/i
const REFUSED =
  /unauthori[sz]ed|denied|no basic auth|authentication required|too ?many ?requests|incorrect username|forbidden|\b40[13]\b/i
const UNREACHABLE =
  /dial |no such host|connection (refused|reset)|time-?d? ?out|timeout|unreachable|no route to host|tls: |x509|deadline exceeded|request canceled|server gave HTTP response|\bEOF\b|\b50[234]\b/i

/** The registry has the image, for none of the architectures that the engine runs. */
export const isWrongPlatform = (detail: string): boolean => WRONG_PLATFORM.test(detail)

export const pullRefusal = (image: string, detail: string): CoterieError => {
  const { registry } = parseImageName(image)
  if (REFUSED.test(detail)) return new CoterieError('registryRefused', { registry, detail })
  if (UNREACHABLE.test(detail)) return new CoterieError('registryUnreachable', { registry, detail })
  return new CoterieError('imageUnavailable', { image, detail })
}

/** Architectures that an engine runs beside its own. */
const ALSO_RUN: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] }

/** @throws `imageArchitectureWrong` */
export const checkArchitecture = (
  image: string,
  has: { readonly Architecture?: string; readonly Os?: string },
  engine: { readonly Arch: string; readonly Os: string },
): void => {
  // An image that does not say runs wherever it runs.
  const { Architecture = '', Os = '' } = has
  const fits = ['', engine.Arch, ...(ALSO_RUN[engine.Arch] ?? [])].includes(Architecture)
  if (fits && ['', engine.Os].includes(Os)) return
  throw new CoterieError('imageArchitectureWrong', {
    image,
    has: `${Os || engine.Os}/${Architecture}`,
    needs: `${engine.Os}/${engine.Arch}`,
  })
}
