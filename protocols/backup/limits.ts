/** Bounds of a backup. They are checked where its bytes are parsed; whoever writes one keeps to them by itself. */

/** One item: the largest is a packed archive of task records, of 8 MiB before it was packed. */
export const ITEM_BYTES_MAX = 10 * 1024 * 1024

/** A record's value, which with its key is an item at most. */
export const VALUE_BYTES_MAX = 9 * 1024 * 1024

/** Values that go together in one item, by their bytes: few items, and little memory for each. */
export const RECORDS_BYTES = 512 * 1024

/** Records of one item: an empty value still takes a key. */
export const RECORDS_MAX = 4_096

/** A piece of the snapshot. */
export const PIECE_BYTES_MAX = 512 * 1024

/** A small file of the data directory; the largest lists a thousand members. */
export const FILE_CHARACTERS_MAX = 256 * 1024

/** The head of a file is a line of some 400 bytes. */
export const HEAD_BYTES_MAX = 4_096
