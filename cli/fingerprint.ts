/** The digits that two screens show where a machine asks to join. */

const DIGITS = /^(\d{4})[- ]?(\d{4})$/

/** In two groups, which are compared more easily. */
export const shownFingerprint = (digits: string): string => digits.replace(DIGITS, '$1-$2')

/** The digits of what a person typed; null where it is something else, such as a name. */
export const readFingerprint = (text: string): string | null => {
  const [, left, right] = DIGITS.exec(text) ?? []
  return left === undefined || right === undefined ? null : left + right
}
