/** How both ends know that a connection is for bulk: by its muxer, which is Yamux under another name. */
import type { Connection } from '@libp2p/interface'

export const BULK_MUXER = '/coterie/bulk/1.0.0'

/** What a dial for bulk says to whoever encrypts it. */
export const BULK_DIAL = { isBulk: true }

export const isBulkDial = (options: object | undefined): boolean =>
  (options as Partial<typeof BULK_DIAL> | undefined)?.isBulk === true

export const isBulk = ({ multiplexer }: Connection): boolean => multiplexer === BULK_MUXER
