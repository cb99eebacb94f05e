/** What may stand where somebody is typing: commands, options, and what these are about. */
import type { Argument, Command, Option } from 'commander'
import type { Client } from '../client.ts'
import { plain } from '../output.ts'
import { ANSWER_MS_MAX, NAMES } from './names.ts'

export interface Candidate {
  readonly word: string
  readonly summary: string
}

export interface Completing {
  readonly program: Command
  /** Gives a command its options and arguments, which are in the file that it is loaded from. */
  readonly load: (command: Command) => Promise<void>
  readonly client: Client
}

/** Stands for the files that the shell knows itself. */
export const FILES = ':files'

/** Words that are paths wherever they are asked for. */
const isPath = (name: string): boolean => /(^|\|)(files?|path|pem)(\.\.\.)?(\||$)/.test(name)

const isOption = (word: string): boolean => word.startsWith('-')

const optionOf = (command: Command, word: string): Option | undefined => {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ long, short }) => long === word || short === word)
    if (found !== undefined) return found
  }
  return undefined
}

/** The candidates for the last of `words`, which are all that was typed after `coterie`; `FILES` where files are meant. */
export const complete = async (
  { program, load, client }: Completing,
  words: readonly string[],
): Promise<readonly Candidate[] | typeof FILES> => {
  const typed = words.at(-1) ?? ''
  let command = program
  let given = 0
  let open: Option | null = null
  for (const word of words.slice(0, -1)) {
    if (open !== null) {
      const { parent } = command
      // Where the daemon is asked follows from what was typed before.
      if (program.options.includes(open) || parent === null)
        program.setOptionValueWithSource(open.attributeName(), word, 'cli')
      open = null
      continue
    }
    const option = isOption(word) ? optionOf(command, word) : undefined
    if (option !== undefined) open = option.required ? option : null
    else if (!isOption(word)) {
      const child = given === 0 ? command.commands.find((each) => each.name() === word) : undefined
      if (child === undefined) given++
      else {
        command = child
        await load(child)
      }
    }
  }
  const fitting = (candidates: readonly Candidate[]) =>
    candidates.filter(({ word }) => word.startsWith(typed))
  if (open !== null) return await valuesOf(client, open.argChoices, nameOf(open.flags), fitting)
  if (isOption(typed)) return fitting(optionsOf(command))
  if (command.commands.length > 0 && given === 0) return fitting(commandsOf(command))
  const argument = argumentAt(command.registeredArguments, given)
  return argument === undefined ? [] : await valuesOf(client, argument.argChoices, namedAs(argument), fitting)
}

const nameOf = (flags: string): string => /[<[](.*)[>\]]/.exec(flags)?.[1] ?? ''

const namedAs = (argument: Argument): string => `${argument.name()}${argument.variadic ? '...' : ''}`

const argumentAt = (all: readonly Argument[], at: number): Argument | undefined => {
  const last = all.at(-1)
  return all[at] ?? (last?.variadic ? last : undefined)
}

const optionsOf = (command: Command): Candidate[] => {
  const all: Candidate[] = []
  for (let at: Command | null = command; at !== null; at = at.parent)
    all.push(
      ...at.options.map(({ long, short, description }) => ({
        word: long ?? short ?? '',
        summary: description,
      })),
    )
  return [...all, { word: '--help', summary: 'display help for command' }]
}

const commandsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), summary: each.description() }))

type Fitting = (candidates: readonly Candidate[]) => Candidate[]

const valuesOf = async (
  client: Client,
  choices: readonly string[] | undefined,
  name: string,
  fitting: Fitting,
): Promise<readonly Candidate[] | typeof FILES> => {
  if (choices !== undefined) return fitting(choices.map((word) => ({ word, summary: '' })))
  if (isPath(name)) return FILES
  const kinds = NAMES[name] === undefined ? name.split('|') : [name]
  const asked = kinds.flatMap((kind) => {
    const find = NAMES[kind]
    return find === undefined
      ? []
      : [find(client, { timeoutMs: ANSWER_MS_MAX }).then((found) => ({ kind, found }))]
  })
  const answers = await Promise.all(asked.map((answer) => answer.catch(() => ({ kind: '', found: [] }))))
  return fitting(
    answers.flatMap(({ kind, found }) =>
      found.map((word) => ({ word: plain(word), summary: kind.replace(/\W.*$/, '') })),
    ),
  )
}
