/** Words of the kernel and of firmware, which may hold anything. */

const TEXT_CHARS_MAX = 120

/** On one line, without control characters (device trees end theirs with a zero), bounded; null where nothing is left. */
export const plainText = (text: string): string | null => {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, TEXT_CHARS_MAX)
    .trim()
  return plain === '' ? null : plain
}

/** The value of the first line `key : value` or `key=value`, or null. */
export const fieldOf = (text: string, key: string): string | null => {
  for (const line of text.split('\n')) {
    const end = line.search(/[:=]/)
    if (end !== -1 && line.slice(0, end).trim() === key) return plainText(line.slice(end + 1))
  }
  return null
}

/** A whole number in decimal, and nothing else; null for all that is none. */
export const wholeNumber = (text: string): number | null =>
  /^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : null
