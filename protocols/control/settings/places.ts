/** Where a node keeps what it keeps. Each may rest on those above it, as in the table that these begin. */
import { path } from './kinds.ts'
import { xdgDirectory } from './machine.ts'
import type { Setting } from './setting.ts'
import type { SettingKey, Settings } from './types.ts'

export const PLACES = {
  dataDir: {
    name: 'data-dir',
    variable: 'COTERIE_DATA_DIR',
    kind: path,
    summary: 'where this node keeps its identity and its store',
    defaultText: '/var/lib/coterie, or below ~/.local/share',
    fallback: (machine) =>
      machine.isRoot ? '/var/lib/coterie' : xdgDirectory(machine, 'XDG_DATA_HOME', '.local/share'),
  },
  configDir: {
    name: 'config-dir',
    variable: 'COTERIE_CONFIG_DIR',
    kind: path,
    summary: 'where what a person configures is kept',
    defaultText: '/etc/coterie, or below ~/.config',
    fallback: (machine) =>
      machine.isRoot ? '/etc/coterie' : xdgDirectory(machine, 'XDG_CONFIG_HOME', '.config'),
  },
  config: {
    name: 'config',
    variable: 'COTERIE_CONFIG',
    kind: path,
    summary: 'file with settings; one that is named has to be there',
    defaultText: '<config-dir>/config.yaml',
    fallback: (_machine, { configDir }) => `${configDir}/config.yaml`,
  },
  runDir: {
    name: 'run-dir',
    variable: 'COTERIE_RUN_DIR',
    kind: path,
    summary: 'where the socket lives while the daemon runs',
    defaultText: '/run/coterie, or below $XDG_RUNTIME_DIR; <data-dir>/run if --data-dir is given',
    fallback: (machine, { dataDir }, sources) => {
      if (sources.dataDir.from !== 'default') return `${dataDir}/run`
      if (machine.isRoot) return '/run/coterie'
      const runtimeDir = machine.env.XDG_RUNTIME_DIR
      return runtimeDir?.startsWith('/') ? `${runtimeDir}/coterie` : `${dataDir}/run`
    },
  },
  socket: {
    name: 'socket',
    variable: 'COTERIE_SOCKET',
    kind: path,
    summary: 'unix socket of the API',
    defaultText: '<run-dir>/coterie.sock',
    fallback: (_machine, { runDir }) => `${runDir}/coterie.sock`,
  },
} satisfies { readonly [Key in SettingKey]?: Setting<Settings[Key]> }
