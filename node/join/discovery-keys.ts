import { createHmac } from 'node:crypto'
import { PACKET_KEY_TEXT, TAG_TEXT } from '../../protocols/credentials/index.ts'

/** 64 bits of the tag: enough that two meshes on one network never share it, short enough for a DNS label. */
const TAG_HEX_LENGTH = 16

const sign = (mesh: string, text: string): Uint8Array => createHmac('sha256', mesh).update(text).digest()

/** Names the mesh to mDNS and in DNS records; who does not know the mesh's id learns nothing from it. */
export const discoveryTag = (mesh: string): string =>
  Buffer.from(sign(mesh, TAG_TEXT)).toString('hex').slice(0, TAG_HEX_LENGTH)

/** The key of the mesh's UDP discovery, 32 bytes: for whoever knows the mesh's id, as members and holders of a token do. */
export const discoveryKey = (mesh: string): Uint8Array => sign(mesh, PACKET_KEY_TEXT)
