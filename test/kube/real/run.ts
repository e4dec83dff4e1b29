/** One world that is opened, broken, looked at and closed, on a machine that has other things to do. */
export const OF_A_RUN_MS = 240_000;
