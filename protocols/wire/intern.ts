/** Names kept: of members, doors and reasons, of which there are few, however much is said of them. */
const NAMES_MAX = 4_096

const names = new Map<string, string>()

/** The same text, and one copy of it for all that name it: a hundred thousand records come with one each. */
export const intern = (name: string): string => {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= NAMES_MAX) names.clear()
  names.set(name, name)
  return name
}
