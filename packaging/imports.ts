/** The imports of packages in a module's text: which there are, and how they are led elsewhere. */

/** Not `./name` nor `node:name`. */
const NAME = `(['"])(?!node:)([^'"./][^'"]*)\\2`
/** `import 'name'` and what is imported or exported `from 'name'`; not what only types are taken from. */
const STATIC = `^(import |(?:import|export)(?! type\\b)[^'"]*?\\bfrom )${NAME}`
/** `import('name')`, but in a comment. */
const DYNAMIC = `(?<!^[ \\t]*(?:\\*|/[*/]).*)(\\bimport\\()${NAME}`

const FORMS = [new RegExp(STATIC, 'gm'), new RegExp(DYNAMIC, 'gm')]

export const packagesIn = (text: string): readonly string[] =>
  FORMS.flatMap((form) => [...text.matchAll(form)].map(([, , , name]) => name as string))

/** `place` gives what stands instead of a name. */
export const redirected = (text: string, place: (name: string) => string): string =>
  FORMS.reduce(
    (led, form) =>
      led.replace(
        form,
        (_, lead: string, quote: string, name: string) => `${lead}${quote}${place(name)}${quote}`,
      ),
    text,
  )
