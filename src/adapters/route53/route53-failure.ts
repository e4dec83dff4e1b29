import { GreenlightError } from "../../domain/errors.ts";
import { networkFailureOf } from "../network/network-failure.ts";

/** An error of the SDK as far as it can be told: all of it is optional. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly Messages?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

/** Nothing was done, and the same call may pass in a moment. */
export function isBusy(error: unknown): boolean {
  const { name = "", $metadata } = partsOf(error);
  return BUSY.has(name) || $metadata?.clockSkewCorrected === true;
}

/** What it is in our words. `isChange`: whether the call was to change the zone. */
export function route53FailureOf(
  error: unknown,
  { what, isChange }: { readonly what: string; readonly isChange: boolean },
): GreenlightError {
  const { name = "", $metadata } = partsOf(error);
  const status = $metadata?.httpStatusCode;
  if (isBusy(error)) return failure("GL_BUSY");
  if (NO_CREDENTIALS.has(name) || status === 403 || status === 401) return failure("GL_FORBIDDEN");
  if (status === undefined || status >= 500 || status < 400) {
    const detail = status === undefined ? networkFailureOf(error).detail : `HTTP ${status}`;
    return new GreenlightError("GL_UNREACHABLE", `${what}: ${detail}`, error);
  }
  if (status === 404) return failure("GL_NOT_FOUND");
  return failure(isChange && MAYBE_CONFLICT.has(name) ? "GL_CONFLICT" : "GL_REJECTED");

  function failure(code: ConstructorParameters<typeof GreenlightError>[0]) {
    return new GreenlightError(code, `${what}: ${textOf(error)}`, error);
  }
}

/** `InvalidChangeBatch: Tried to create ...`: the API's code and its own words. */
function textOf(error: unknown): string {
  const { name = "Unknown", message = "", Messages } = partsOf(error);
  // Of an answer whose root is the error itself, the SDK knows no code and no message.
  const words = Messages === undefined ? message : JSON.stringify(Messages);
  return `${name}: ${words}`.replaceAll(/\s+/g, " ").slice(0, MAX_LENGTH);
}

function partsOf(error: unknown): SdkError {
  return typeof error === "object" && error !== null ? error : {};
}

const BUSY: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "PriorRequestNotComplete",
  "RequestThrottled",
  "TooManyRequestsException",
]);

/** The zone may have changed since it was read; only another look tells. */
const MAYBE_CONFLICT: ReadonlySet<string> = new Set([
  "InvalidChangeBatch",
  "InvalidInput",
  "Unknown",
]);

const NO_CREDENTIALS: ReadonlySet<string> = new Set(["CredentialsProviderError"]);

const MAX_LENGTH = 500;
