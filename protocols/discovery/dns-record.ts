/**
 * TXT records that name a mesh's machines, at `_coterie.DOMAIN`.
 *
 * Grammar: words of `key=value` with spaces between them; the first is `coterie=1`, `tag` says which mesh, `addr` lists addresses
 * with commas between them. Unknown words are tolerated.
 */

/** Characters of one record: the sixteen addresses that a machine may have, and room. */
export const RECORD_LENGTH_MAX = 2_048
/** Addresses of one record that are looked at. */
const ADDRESSES_MAX = 16
/** One string of a TXT record (RFC 1035, section 3.3): what is printed fits into one, so that it pastes anywhere. */
const TXT_STRING_LENGTH_MAX = 255

const VERSION_WORD = 'coterie=1'

/** Where the records of a domain stand. */
export const recordName = (domain: string): string => `_coterie.${domain}`

/** The addresses as they are written in a record of the mesh with this tag; none in a record of anything else. */
export const parseRecord = (text: string, tag: string): readonly string[] => {
  if (text.length > RECORD_LENGTH_MAX) return []
  const [version, ...words] = text.trim().split(/\s+/)
  if (version !== VERSION_WORD || !words.includes(`tag=${tag}`)) return []
  return words
    .filter((word) => word.startsWith('addr='))
    .flatMap((word) => word.slice('addr='.length).split(','))
    .filter((address) => address !== '')
    .slice(0, ADDRESSES_MAX)
}

/** Records that together name these addresses, each within one string of a zone file. */
export const formatRecords = (tag: string, addresses: readonly string[]): readonly string[] => {
  const head = `${VERSION_WORD} tag=${tag} addr=`
  const records: string[] = []
  for (const address of addresses) {
    if (head.length + address.length > TXT_STRING_LENGTH_MAX) continue
    const last = records.at(-1)
    if (last !== undefined && last.length + 1 + address.length <= TXT_STRING_LENGTH_MAX)
      records[records.length - 1] = `${last},${address}`
    else records.push(head + address)
  }
  return records
}
