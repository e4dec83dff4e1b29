#!/usr/bin/env node
import { SystemClock } from "../adapters/clock/system-clock.ts";
import { environment } from "../runtime/environment.ts";
import { run } from "./run.ts";
import { createTerminal } from "./terminal.ts";

process.exitCode = await run(process.argv.slice(2), createTerminal(new SystemClock(), environment));
