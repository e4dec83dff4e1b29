import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { GreenlightError } from "../domain/errors.ts";
import { authenticate } from "./authenticate.ts";
import { methodsAt, ROUTES } from "./route-list.ts";
import { type ApiTools, refuse, serve } from "./serve.ts";

/** The API as a handler of requests. Each goes through the same gate, in the same order. */
export function createApp(tools: ApiTools): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.use(harden);
  for (const route of ROUTES)
    app[route.method](
      route.path,
      (request: Request, response: Response, next: NextFunction) => {
        const { tokens } = tools;
        response.locals["caller"] = authenticate(route, request.header("authorization"), tokens);
        next();
      },
      express.text({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }),
      (request: Request, response: Response) => serve(route, { request, response, tools }),
    );
  app.use((request: Request) => {
    // Nothing is told of what there is to whoever has no token.
    authenticate({ role: "viewer" }, request.header("authorization"), tools.tokens);
    const methods = methodsAt(request.path);
    throw methods.length > 0
      ? new GreenlightError("GL_METHOD", `it knows ${methods.join(", ")}`)
      : new GreenlightError("GL_NO_ROUTE", request.path.slice(0, 200));
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    refuse(error, { request, response, tools }),
  );
  return app;
}

const MAX_BODY_BYTES = 64 * 1024;

function harden(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  next();
}
