"use strict";

module.exports = {
  // A skipped test must not let the run be green.
  forbidPending: true,
  reporter: "./bin/test/support/reporter.js",
  // The timeout of a test is its folder's.
  ui: "./bin/test/support/bdd-by-folder.js",
};
