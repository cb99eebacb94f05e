/**
 * The first process of a container has a duty: to reap whoever lost its parent. Node reaps its own children only, so a
 * shell takes that place and this program runs below it.
 */

/** Runs its arguments, hands on what asks it to stop, reaps what comes, and ends as the program did. */
const REAPER = `"$@" <&0 &
child=$!
for name in TERM INT HUP QUIT USR1 USR2; do trap "kill -$name $child 2>/dev/null" "$name"; done
while wait "$child"; status=$?; kill -0 "$child" 2>/dev/null; do :; done
exit "$status"`

/**
 * Becomes the shell where this is the first process; the program is then started again, below it. Returns false where that was
 * not needed, and an explanation where this Node cannot (before 22.15).
 */
export const becomeReaper = (): false | string => {
  if (process.pid !== 1) return false
  const { execve } = process
  if (execve === undefined)
    return 'orphans of the tasks stay as zombies: run the image with an init (docker run --init), or with Node 22.15 or later'
  const args = [
    'sh',
    '-c',
    REAPER,
    'coterie-init',
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]
  return execve.call(process, '/bin/sh', args, process.env)
}
