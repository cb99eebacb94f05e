/**
 * Third-party packages as few files. For one start Node reads, links and compiles some 1,700 modules of theirs; bundled they take two thirds of the
 * processor time and 40 MB less of memory. What they are is left as it is: nothing is dropped, renamed or rewritten but white space.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin, stop } from 'esbuild'
import { licencesOf } from './licences.ts'

/** Looks for its machine code beside itself. */
const LEFT = new Set(['level'])

/** Machine code that ssh2 does without where there is none. */
const ABSENT = ['cpu-features', '*.node']

/** CommonJS among them asks for these. */
const BANNER = `import{createRequire as $create}from'node:module';import{fileURLToPath as $path}from'node:url';\
const require=$create(import.meta.url),__filename=$path(import.meta.url),__dirname=$path(new URL('.',import.meta.url));`

const FACE = 'face:'

/** What a package exports, by name: of CommonJS a bundler sees no names, but whoever loads it does. */
const faceOf = async (name: string): Promise<string> => {
  const names = Object.keys(await import(name)).filter((each) => each !== 'module.exports')
  return names.length === 0 ? `import '${name}'` : `export { ${names.join(', ')} } from '${name}'`
}

const faces = (root: string): Plugin => ({
  name: 'faces',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^face:/ }, ({ path }) => ({ path: path.slice(FACE.length), namespace: FACE }))
    onLoad({ filter: /^/, namespace: FACE }, async ({ path }) => ({
      contents: await faceOf(path),
      resolveDir: root,
    }))
  },
})

/** Writes `OUTDIR/NAME.js` for each package but those that are left, and beside them what several share and all their licences. Gives which it wrote. */
export const bundlePackages = async (
  names: readonly string[],
  { root, outdir }: { readonly root: string; readonly outdir: string },
): Promise<ReadonlySet<string>> => {
  const bundled = new Set(names.filter((name) => !LEFT.has(name)))
  // Others refuse to load before it.
  await import('reflect-metadata')
  const { metafile } = await build({
    entryPoints: [...bundled].map((name) => ({ in: `${FACE}${name}`, out: name })),
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ABSENT,
    banner: { js: BANNER },
    minifyWhitespace: true,
    legalComments: 'none',
    chunkNames: 'shared-[hash]',
    plugins: [faces(root)],
    logLevel: 'warning',
    metafile: true,
  })
  // Its process would stay as long as this one.
  await stop()
  writeFileSync(join(outdir, 'LICENCES.txt'), licencesOf(Object.keys(metafile.inputs), root))
  return bundled
}
