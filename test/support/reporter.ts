/**
 * The spec reporter, with the reason of each skip and a last line that a script can read:
 * `N passed, N failed, N skipped`.
 */
import mocha from 'mocha'
import { skipReasons } from './requirements.ts'

const { Spec } = mocha.reporters

// mocha loads a reporter by its default export.
// biome-ignore lint/style/noDefaultExport: see above
export default class Reporter extends Spec {
  override epilogue(): void {
    super.epilogue()
    for (const [reason, count] of skipReasons) process.stdout.write(`  skipped ${count}: ${reason}\n`)
    const { passes = 0, failures = 0, pending = 0 } = this.stats ?? {}
    process.stdout.write(`\n${passes} passed, ${failures} failed, ${pending} skipped\n`)
  }
}
