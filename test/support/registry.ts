/**
 * A registry of images on loopback, as much of one as an engine needs to pull: manifests and blobs from memory, behind a password where
 * one is wanted. Source: OCI Distribution Specification, "Pull".
 */
import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

export interface ServedImage {
  /** For `docker pull`: `127.0.0.1:PORT/shop/web:1`. */
  readonly name: string
  readonly digest: string
}

export interface ServedContent {
  readonly architecture?: string
  /** How large its one file is, where that is not a program. */
  readonly bytes?: number
  /** A program without libraries, to be found at `/bin/busybox`. */
  readonly busybox?: Buffer
}

export interface TestRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  /** Serves an image of one layer of so many random bytes under that tag from now on. */
  serve(tag: string, image?: ServedContent): ServedImage
  /** Paths that were asked for, with their method. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface RegistryInit {
  /** Refuses whoever does not bring these. */
  readonly login?: { readonly username: string; readonly secret: string }
}

/** As an engine of this machine calls it. */
const OWN_ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A tar archive of one file. Source: POSIX.1-1988, ustar. */
const archiveOf = (name: string, mode: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(512)
  head.write(name, 0)
  head.write(`0000${mode}\0`, 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(`${content.byteLength.toString(8).padStart(11, '0')}\0`, 124)
  head.write('00000000000\0', 136)
  head.write('        ', 148)
  head.write('0', 156)
  head.write('ustar\0', 257)
  head.write('00', 263)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (content.byteLength % 512)) % 512)
  return Buffer.concat([head, content, padding, Buffer.alloc(1024)])
}

export const startRegistry = async ({ login }: RegistryInit = {}): Promise<TestRegistry> => {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Buffer>()
  const asked: string[] = []

  const isAllowed = (authorization = ''): boolean =>
    login === undefined ||
    authorization === `Basic ${Buffer.from(`${login.username}:${login.secret}`).toString('base64')}`

  const send = (response: ServerResponse, bytes: Buffer | undefined, type: string, isHead: boolean) => {
    if (bytes === undefined) {
      const body = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] })
      response.writeHead(404, { 'content-type': 'application/json' }).end(body)
      return
    }
    const headers = { 'content-type': type, 'content-length': bytes.byteLength }
    response.writeHead(200, { ...headers, 'docker-content-digest': digestOf(bytes) })
    response.end(isHead ? undefined : bytes)
  }

  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    asked.push(`${method} ${url}`)
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    if (!isAllowed(request.headers.authorization)) {
      const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] })
      const headers = { 'www-authenticate': 'Basic realm="test"', 'content-type': 'application/json' }
      response.writeHead(401, headers).end(body)
      return
    }
    const [, kind, reference = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? []
    if (kind === undefined) response.writeHead(200).end('{}')
    else if (kind === 'manifests') send(response, manifests.get(reference), MANIFEST_TYPE, method === 'HEAD')
    else send(response, blobs.get(reference), 'application/octet-stream', method === 'HEAD')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  const keep = (bytes: Buffer) => {
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return { digest, size: bytes.byteLength }
  }

  return {
    host,
    asked,
    serve: (tag, { architecture = OWN_ARCHITECTURE, bytes = 64, busybox } = {}) => {
      const layer =
        busybox === undefined
          ? archiveOf(`${tag}.txt`, '644', Buffer.alloc(bytes, tag))
          : archiveOf('bin/busybox', '755', busybox)
      const config = {
        architecture,
        os: 'linux',
        config: { Cmd: ['/nothing'] },
        rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
        history: [{ created: '2026-11-22T00:00:00Z', created_by: 'a test' }],
      }
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: {
          mediaType: 'application/vnd.docker.container.image.v1+json',
          ...keep(Buffer.from(JSON.stringify(config))),
        },
        layers: [
          { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...keep(gzipSync(layer)) },
        ],
      }
      const served = Buffer.from(JSON.stringify(manifest))
      const digest = digestOf(served)
      manifests.set(tag, served)
      manifests.set(digest, served)
      return { name: `${host}/shop/web:${tag}`, digest }
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
