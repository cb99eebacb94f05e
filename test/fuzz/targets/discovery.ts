/** What anybody on the LAN may send to a discovery, and what a hostile zone may hold. */
import { createCipheriv } from 'node:crypto'
import { discoveryKey } from '../../../node/join/index.ts'
import { parseMultiaddr } from '../../../node/network/addresses.ts'
import { openPacket, PACKET_BYTES, sealPacket } from '../../../node/network/discovery/broadcast/packet.ts'
import { addressesIn } from '../../../node/network/discovery/dns.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance } from '../../../node/simulation/random.ts'
import { broadcastCodec, formatRecords } from '../../../protocols/discovery/index.ts'
import { NODE_PATTERN, NODES } from '../authors.ts'
import { changedBytes, frameFrom, messageTarget, sourceOf } from '../frames.ts'
import { breach, nothing, Refused, type Target, unbroken } from '../target.ts'
import { textFrom, textOfBytes } from '../text-frames.ts'

const WORDS = new Map([[NODE_PATTERN, NODES]])

export const discoveryMessageTarget: Target = messageTarget({
  name: 'discovery-message',
  codec: broadcastCodec,
  words: WORDS,
})

const KEY = discoveryKey('0123456789abcdef')
const IV = new Uint8Array(12).fill(7)
const SOURCE = sourceOf(broadcastCodec.schema, WORDS, 1_170)

/** What somebody who knows the mesh could send: any body, sealed as it should be. */
const sealed = (random: Random): Uint8Array => {
  const frame = frameFrom(random, SOURCE)
  const body = Buffer.alloc(PACKET_BYTES - IV.byteLength - 16)
  body.writeUInt16BE(chance(random, 0.9) ? frame.byteLength : Math.floor(random() * 65_536))
  body.set(frame, 2)
  const cipher = createCipheriv('aes-256-gcm', KEY, IV)
  return Buffer.concat([IV, cipher.update(body), cipher.final(), cipher.getAuthTag()])
}

export const discoveryPacketTarget: Target = {
  name: 'discovery-packet',
  codes: ['malformedMessage'],
  open: () => ({
    make: (random) =>
      chance(random, 0.7) ? sealed(random) : changedBytes(random, sealed(random), () => sealed(random)),
    take: (packet) => {
      const message = unbroken('opening it', () => openPacket(KEY, packet))
      if (message === null) throw new Refused('malformedMessage')
      if (packet.byteLength !== PACKET_BYTES) breach(`a packet of ${packet.byteLength} bytes`)
      unbroken('sealing it again', () => openPacket(KEY, sealPacket(KEY, message)) ?? breach('it is lost'))
    },
    fingerprint: nothing,
  }),
}

const TAG = '0123456789abcdef'
const RECORDS = formatRecords(TAG, [
  '192.0.2.7',
  '[2001:db8::1]:80',
  '/dns/attic.example/tcp/1',
  'fe80::1%eth0',
])

/** Records, one a line, each cut into pieces at its semicolons. */
export const discoveryZoneTarget: Target = {
  name: 'discovery-zone',
  codes: [],
  open: () => ({
    make: (random) => textFrom(random, [...RECORDS, [...RECORDS, ...RECORDS].join('\n')]),
    take: (frame) => {
      const records = textOfBytes(frame)
        .split('\n')
        .map((line) => line.split(';'))
      const addresses = addressesIn(records, TAG, 7_946)
      if (addresses.length > 64) breach(`${addresses.length} addresses`)
      for (const address of addresses) unbroken('dialling it', () => parseMultiaddr(address))
    },
    fingerprint: nothing,
  }),
}
