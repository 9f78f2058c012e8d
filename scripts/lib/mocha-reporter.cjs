// Prints what the spec reporter prints, and writes the counts to the file named by BANGFU_TEST_REPORT, so that
// npm test can add up several mocha processes. CommonJS, because mocha loads reporters with require.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const report = { passed: 0, failures: [], skipped: [] };
    runner.on(Runner.constants.EVENT_TEST_PASS, () => report.passed++);
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) =>
      report.failures.push({ title: test.fullTitle(), file: test.file, message: String(error?.message ?? error) }),
    );
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => report.skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const path = process.env.BANGFU_TEST_REPORT;
      if (path) writeFileSync(path, JSON.stringify(report));
    });
  }
}

module.exports = CountingReporter;
