// What a run of tests shares: the file and the test that run now.

// Running is the test that runs, as expect and the snapshots know it.
export interface Running {
  name: string; // with the names of its groups
  file: string; // absolute path
  assertions: number;
  expected: number | undefined; // by expect.assertions
  any: boolean; // by expect.hasAssertions
  finished: (() => unknown)[]; // by onTestFinished
}

export const state: {
  running: Running | undefined;
  file: string;
  calls: number; // of matchers, in all
  update: boolean; // snapshots are written over
  ci: boolean; // new snapshots are refused
} = { running: undefined, file: "", calls: 0, update: false, ci: false };
