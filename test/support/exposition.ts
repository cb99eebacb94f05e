/** Prometheus's text format, read strictly: what does not fit it is an error that names the line. */

export interface Exposed {
  /** By the name of the metric. */
  readonly types: Readonly<Record<string, string>>
  /** By name and labels, as they are written. */
  readonly values: Readonly<Record<string, number>>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`)
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`)
const SAMPLE = new RegExp(`^((${NAME})(?:\\{${LABEL}(?:,${LABEL})*\\})?) (-?[0-9.e+-]+|[+-]Inf|NaN)$`)

/** What the lines of a metric may add to its name. */
const SUFFIX = /_(bucket|sum|count)$/

export const readExposition = (text: string): Exposed => {
  const types: Record<string, string> = {}
  const values: Record<string, number> = {}
  let helped = ''
  let named = ''
  const refuse = (line: string, why: string): never => {
    throw new Error(`${why}: ${line}`)
  }
  if (!text.endsWith('\n')) refuse(text.slice(-40), 'the last line does not end')
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, helpOf] = HELP.exec(line) ?? []
    const [, typeOf, type] = TYPE.exec(line) ?? []
    const [, series, of, value] = SAMPLE.exec(line) ?? []
    if (helpOf !== undefined) helped = helpOf
    else if (typeOf !== undefined && type !== undefined) {
      if (typeOf !== helped) refuse(line, 'a type without its help')
      if (typeOf in types) refuse(line, 'a metric for the second time')
      types[typeOf] = type
      named = typeOf
    } else if (series !== undefined && of !== undefined) {
      const isPart = types[named] === 'histogram' && of.replace(SUFFIX, '') === named
      if (of !== named && !isPart) refuse(line, `a sample of another metric than ${named}`)
      if (series in values) refuse(line, 'a series for the second time')
      values[series] = Number(value?.replace('Inf', 'Infinity'))
      if (Number.isNaN(values[series])) refuse(line, 'no number')
    } else refuse(line, 'a line of no known form')
  }
  return { types, values }
}
