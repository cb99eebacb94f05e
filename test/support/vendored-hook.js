// Leads what the sources import of packages to the bundled ones. Loaded before all else by every process and thread that a test starts,
// also by a Node that is too old for hooks, which then runs no sources either.
import fs from 'node:fs'
import module from 'node:module'
import { pathToFileURL } from 'node:url'

const root = new URL('../../', import.meta.url).href
const packages = `${root}node_modules/`
const vendored = new URL(import.meta.url).search.slice(1)

const places = () =>
  new Map(
    fs
      .globSync('**/*.js', { cwd: vendored })
      .map((path) => [path.slice(0, -'.js'.length), pathToFileURL(`${vendored}/${path}`).href]),
  )

const lead = (placeOf) => ({
  resolve: (name, context, next) => {
    const { parentURL = '' } = context
    const isOurs = parentURL.startsWith(root) && !parentURL.startsWith(packages)
    const url = isOurs ? placeOf.get(name) : undefined
    return url === undefined ? next(name, context) : { url, format: 'module', shortCircuit: true }
  },
})

if (module.registerHooks !== undefined) module.registerHooks(lead(places()))
