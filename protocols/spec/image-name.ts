/**
 * The name of an image, as Docker reads it: `[registry/]repository[:tag][@digest]`. The first component is a registry where it has a dot or
 * a port, or is `localhost`; otherwise the image is of Docker Hub. Source: distribution/reference, "Grammar".
 */

/** What people log in to for an image without a registry. */
export const DOCKER_HUB = 'docker.io'

export interface ImageName {
  readonly registry: string
  /** As the registry calls it: `library/` precedes a bare name of Docker Hub. */
  readonly repository: string
  /** Null where it names none; an engine then takes `latest`, unless there is a digest. */
  readonly tag: string | null
  /** `sha256:` and 64 digits; null where it is not pinned. */
  readonly digest: string | null
}

const REGISTRY = /^(localhost|[^/]*[.:][^/]*)\//

export const parseImageName = (image: string): ImageName => {
  const [named = '', digest = null] = image.split('@')
  const registry = REGISTRY.exec(named)?.[1] ?? DOCKER_HUB
  const rest = named.replace(REGISTRY, '')
  const colon = rest.indexOf(':')
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const tag = colon < 0 ? null : rest.slice(colon + 1)
  const isBare = registry === DOCKER_HUB && !path.includes('/')
  return { registry, repository: isBare ? `library/${path}` : path, tag, digest }
}

/** The name by which an engine is asked for exactly that: by the digest alone where there is one, whatever tag it had. */
export const imageReference = (image: string): string => {
  const { tag, digest } = parseImageName(image)
  if (tag === null || digest === null) return image
  return `${unpinnedImage(image).slice(0, -tag.length - 1)}@${digest}`
}

/** The name with the digest that its tag stands for now, or that it shall stand for. */
export const pinImage = (image: string, digest: string): string => `${image.split('@')[0]}@${digest}`

/** The name without a digest: what its author wrote. */
export const unpinnedImage = (image: string): string => image.split('@')[0] as string

/** A registry as logins are kept for it: Docker Hub has several names. */
export const registryKey = (registry: string): string => {
  const host = registry
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  return ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', ''].includes(host)
    ? DOCKER_HUB
    : host
}
