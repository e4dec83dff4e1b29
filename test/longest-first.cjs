const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * What takes long begins first: a fresh clone has no times of earlier runs to go by, and by size the
 * longest suite of all, a few lines, would begin last and keep one core to itself.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super
      .sort(tests)
      .map((one, index) => ({ one, index, rank: rankOf(one.path) }))
      .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
      .map(({ one }) => one);
  }
};

function rankOf(path) {
  const found = LONG.findIndex((part) => path.includes(part));
  return found === -1 ? LONG.length : found;
}

/** The longest of all before the others. */
const LONG = [
  "/test/kill/",
  "/test/simulation/",
  "/test/scenario/",
  "/test/integration/",
  "/test/conformance/",
];
