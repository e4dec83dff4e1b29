import type { Route } from "./route.ts";
import { applicationRoutes } from "./routes/application.ts";
import { auditRoutes } from "./routes/audit.ts";
import { drillRoutes } from "./routes/drill.ts";
import { healthRoutes } from "./routes/health.ts";
import { operationRoutes } from "./routes/operation.ts";
import { operationEventRoutes } from "./routes/operation-events.ts";
import { pauseRoutes } from "./routes/pause.ts";
import { reportRoutes } from "./routes/report.ts";

/** All that the API serves. */
export const ROUTES: readonly Route[] = [
  ...applicationRoutes,
  ...operationRoutes,
  ...operationEventRoutes,
  ...pauseRoutes,
  ...drillRoutes,
  ...reportRoutes,
  ...auditRoutes,
  ...healthRoutes,
];

/** The methods of the routes that the path belongs to, in capitals. */
export function methodsAt(path: string): readonly string[] {
  return ROUTES.filter((route) => isAt(route, path)).map(({ method }) => method.toUpperCase());
}

function isAt(route: Route, path: string): boolean {
  const [pattern, parts] = [route.path.split("/"), path.split("/")];
  return (
    pattern.length === parts.length &&
    pattern.every((part, i) => (part.startsWith(":") ? parts[i] !== "" : part === parts[i]))
  );
}
