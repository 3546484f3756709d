import Mocha from "mocha";

const { EVENT_RUN_END } = Mocha.Runner.constants;

/** Mocha's spec reporter with one more line at the very end: `N passed, N failed, N skipped`. */
export default class EventlyReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Registered after the parent's own listener, which prints the epilogue.
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`);
    });
  }
}
