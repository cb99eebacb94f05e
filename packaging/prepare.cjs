// Runs before `npm start` and `npm test`, on whatever Node the machine has (20 or later): installs the
// dependencies, among them the Node that the project runs on, when they are missing or older than the lock file.
// Plain CommonJS without dependencies, because nothing else may be there yet.
'use strict'
const { spawnSync } = require('node:child_process')
const { existsSync, lstatSync, statSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const installed = join(root, 'node_modules', '.package-lock.json')
const wanted = join(root, 'package-lock.json')

if (!existsSync(installed) || statSync(wanted).mtimeMs > statSync(installed).mtimeMs) {
  // npm would empty what the link leads to, which is somebody else's.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    process.stderr.write(
      'coterie: node_modules is a link, and older than the lock file. Remove the link, then run it again.\n',
    )
    process.exit(1)
  }
  process.stderr.write('coterie: installing dependencies (once) ...\n')
  const npm = process.env.npm_execpath
  const [command, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  // The scripts of dependencies are not run: none that we use needs one, and a stranger's script is a risk.
  const result = spawnSync(command, [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_config_loglevel: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0) {
    process.stderr.write(result.stderr || String(result.error))
    process.stderr.write(
      'coterie: installing failed. Check the network and the free disk, then run it again.\n',
    )
    process.exit(1)
  }
}
