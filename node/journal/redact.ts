/**
 * What looks like a secret, wherever it stands in a line. Fields named like one are the logger's to leave out; this is for texts of
 * others, such as an error that repeats what it was given. Each form is read in one go from where it begins, and a line is short.
 */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/coterie_[\w-]{40,}/g, 'coterie_[Redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g, '[Redacted]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [Redacted]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"\\]+@/gi, '$1[Redacted]@'],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g, '[Redacted]'],
]

/** The line without them. */
export const redact = (text: string): string =>
  FORMS.reduce((left, [form, instead]) => left.replace(form, instead), text)
