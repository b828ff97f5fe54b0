/**
 * Tells the broken code of a process which place is broken, before a test runs. It would look for that in the environment when
 * it is loaded, where `runHere` shows it that of a runner.
 */
const stryker = (globalThis as { __stryker__?: { activeMutant?: string | undefined } }).__stryker__;
if (stryker) stryker.activeMutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
