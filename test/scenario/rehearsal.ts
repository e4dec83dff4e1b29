/** A kind of the tests' own that leaves everything as it was. */
export const REHEARSAL = `
kind: rehearsal
title: Scales the standby up and down again
ends: restore
steps:
  - id: warm
    uses: scale
    each: workloads
    cluster: \${to}
    desired: {replicas: 2}
    timeout: 20s
    onFailure: undo
`;

/** It, every five seconds, as the config has it. */
export const OFTEN = {
  name: "often",
  application: "shop",
  kind: "rehearsal",
  cron: "*/5 * * * * *",
};
