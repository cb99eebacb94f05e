/** Bounds of a tunnel; a receiver closes the channel, or the stream, that goes over one. */

/**
 * One frame, so one message of a data channel: the most that every current browser and werift take in one piece.
 * Frames of 16 KiB cost a browser and its service worker a third more time per byte.
 */
export const TUNNEL_FRAME_BYTES_MAX = 64 * 1024

/** Body of an open or head frame: what common servers take as the headers of one request. */
export const TUNNEL_HEAD_BYTES_MAX = 16 * 1024

/** Type and stream number before the body of every frame. */
export const TUNNEL_FRAME_HEADER_BYTES = 5

/** Body of one data frame. */
export const TUNNEL_DATA_BYTES_MAX = TUNNEL_FRAME_BYTES_MAX - TUNNEL_FRAME_HEADER_BYTES

/** Streams open at one time on one channel: a page with its pictures and long polls; bounds memory by the windows. */
export const TUNNEL_STREAMS_MAX = 64

/** Bytes of a stream's body that may be on their way or unread: 8 MB/s at a round trip of 60 ms. */
export const TUNNEL_WINDOW_BYTES = 512 * 1024

/** Consumed bytes that are worth a credit frame: an eighth of the window keeps the sender from running dry. */
export const TUNNEL_CREDIT_STEP_BYTES = TUNNEL_WINDOW_BYTES / 8

/** Headers of one request or answer; their bytes are bounded by the frame. */
export const TUNNEL_HEADERS_MAX = 128
