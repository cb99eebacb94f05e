/** What machines of one mesh say to find each other: packets on a LAN, records of a zone. */
export { type BroadcastMessage, broadcastCodec, NONCE_BYTES } from './broadcast-messages.ts'
export { formatRecords, parseRecord, RECORD_LENGTH_MAX, recordName } from './dns-record.ts'
