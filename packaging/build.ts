/**
 * Makes `dist/`, which is what the published package runs: the sources as JavaScript, the browser's part compiled by its own settings,
 * and in `dist/vendor` what they import of others.
 */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packagesIn, redirected } from './imports.ts'
import { bundlePackages } from './vendor.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = `${root}dist`
const vendor = `${dist}/vendor`

const compile = (project: string) =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
    cwd: root,
    stdio: 'inherit',
  })

rmSync(dist, { recursive: true, force: true })
compile('packaging/tsconfig.build.json')

const modules = globSync(`${dist}/**/*.js`).map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const names = modules.flatMap(({ text }) => packagesIn(text))
const bundled = await bundlePackages(names, { root, outdir: vendor })
for (const { path, text } of modules) {
  const place = (name: string) => (bundled.has(name) ? `${relative(dirname(path), vendor)}/${name}.js` : name)
  writeFileSync(path, redirected(text, place))
}

compile('packaging/tsconfig.browser.json')
