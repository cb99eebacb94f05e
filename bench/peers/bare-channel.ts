/**
 * A process that sends a browser bytes over one werift data channel and does nothing else: werift's own settings, no
 * tunnel, no service worker, no second node. Its page has `download(bytes)`, which resolves when they are all there.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type RTCDataChannel, RTCPeerConnection } from 'werift'

const MESSAGE = Buffer.alloc(64 * 1024, 'a quite ordinary file. ')
/** Bytes that wait in the channel: werift tells of room only when all have gone. */
const BUFFERED_BYTES_MAX = 256 * 1024

const PAGE = `<!doctype html><title>bare</title><script>
const opened = (async () => {
  const connection = new RTCPeerConnection({ iceServers: [] })
  const channel = connection.createDataChannel('bare')
  channel.binaryType = 'arraybuffer'
  await connection.setLocalDescription(await connection.createOffer())
  const answer = await fetch('/offer', { method: 'POST', body: connection.localDescription.sdp })
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  await new Promise((resolve) => { channel.onopen = resolve })
  return channel
})()
const download = async (bytes) => {
  const channel = await opened
  let left = bytes
  const whole = new Promise((resolve) => {
    channel.onmessage = ({ data }) => { left -= data.byteLength; if (left <= 0) resolve() }
  })
  channel.send(String(bytes))
  return whole
}
</script>`

const serve = (channel: RTCDataChannel): void => {
  let left = 0
  const pump = (): void => {
    while (left > 0 && channel.bufferedAmount < BUFFERED_BYTES_MAX) {
      channel.send(MESSAGE.subarray(0, left))
      left -= Math.min(left, MESSAGE.byteLength)
    }
  }
  channel.bufferedAmountLowThreshold = 0
  channel.bufferedAmountLow.subscribe(pump)
  channel.onMessage.subscribe((wanted) => {
    left = Number(wanted)
    pump()
  })
}

/** Answers without the browser's iceCandidates, so that nothing but the loopback is ever asked. */
const answer = async (offer: string): Promise<string> => {
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceLite: true,
    iceAdditionalHostAddresses: ['127.0.0.1'],
  })
  connection.onDataChannel.subscribe(serve)
  const sdp = offer
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('a=candidate:'))
    .join('\r\n')
  await connection.setRemoteDescription({ type: 'offer', sdp })
  await connection.setLocalDescription(await connection.createAnswer())
  return connection.localDescription?.sdp ?? ''
}

const server = createServer(async (request, response) => {
  if (request.method === 'POST') response.end(await answer(await text(request)))
  else response.setHeader('content-type', 'text/html').end(PAGE)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
