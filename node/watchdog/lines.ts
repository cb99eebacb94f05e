/** Lines of a stream of text, of bounded length. */

/** Takes the next text and gives the lines that are now complete; null once one is too long, and the stream is unusable. */
export const createLines = (lengthMax: number) => {
  let rest = ''
  return (text: string): string[] | null => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    return [...lines, rest].some(({ length }) => length > lengthMax) ? null : lines
  }
}
