import type { Channel, EncodedCall, PageRequest } from "./channel";
import { AuroraError, type Redact } from "./errors";
import { answerLost, type CallInfo } from "./http-outcome";
import { checkResponse } from "./outcome";
import { CallRefusedError, DecodeError, decodeReply, encodeCall } from "./protocol";
import type { Invoke, SchedulerMethod, Wire } from "./protocol";
import { withRetries } from "./retry";
import type { Response } from "./thrift/gen/api_types";

export interface Call<T> {
  readonly method: SchedulerMethod;
  /** What it is about, for messages, e.g. a job key. */
  readonly subject: string;
  readonly invoke: Invoke;
  /** Takes the result out of an answer that says OK. */
  readonly read: (response: Wire<Response>) => T;
}

/** Makes one call, repeated as far as that is safe. @throws AuroraError */
export type Caller = <T>(call: Call<T>) => Promise<T>;

export interface CallerOptions {
  readonly channel: Channel;
  readonly redact: Redact;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** How long after its beginning a call may still be repeated; 0: never. */
  readonly retryForMs: number;
}

const READS: ReadonlySet<SchedulerMethod> = new Set<SchedulerMethod>([
  "getTasksStatus",
  "getTasksWithoutConfigs",
  "getPendingReason",
  "getJobSummary",
  "getQuota",
  "getTierConfigs",
  "getJobUpdateSummaries",
  "getJobUpdateDetails",
]);

export function createCaller({ channel, redact, timeoutMs, retryForMs }: CallerOptions): Caller {
  return async (call) => {
    const encoded: EncodedCall = {
      title: `${call.method} of ${call.subject}`,
      mutates: !READS.has(call.method),
      body: encodeCall(call.invoke),
    };
    return withRetries(retryForMs, async (leftMs) => {
      const { scheduler, contentType, body } = await channel.send(encoded, Math.min(timeoutMs, leftMs));
      const response = understand(call.method, encoded, scheduler, () => decodeReply(call.method, contentType, body));
      const accepted = checkResponse(response, encoded, { scheduler, redact });
      return understand(call.method, encoded, scheduler, () => call.read(accepted));
    });
  };
}

/** Reads one of the scheduler's own pages, like `/offers`; repeated as far as that is useful. @throws AuroraError */
export type PageReader = <T>(page: string, ifAbsent: string, read: (text: string) => T) => Promise<T>;

export function createPageReader({ channel, timeoutMs, retryForMs }: Omit<CallerOptions, "redact">): PageReader {
  return (page, ifAbsent, read) => {
    const request: PageRequest = { title: `The scheduler's page ${page}`, mutates: false, page, ifAbsent };
    return withRetries(retryForMs, async (leftMs) => {
      const { scheduler, body } = await channel.send(request, Math.min(timeoutMs, leftMs));
      return understand(page, request, scheduler, () => read(Buffer.from(body).toString("utf8")));
    });
  };
}

/** Runs `read`, and makes of its failures what they mean for the call. */
function understand<T>(method: string, call: CallInfo, scheduler: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError && (error.truncated || call.mutates)) {
      throw answerLost(call, scheduler, error.message, error);
    }
    if (error instanceof DecodeError || error instanceof RangeError) {
      throw new AuroraError(
        `${call.title}: ${scheduler} does not answer as an Aurora scheduler does: ${error.message}. ` +
          "Check that scheduler.url is the scheduler's address and that no proxy answers in its place.",
        { kind: "protocol", cause: error },
      );
    }
    if (error instanceof CallRefusedError) {
      throw new AuroraError(
        `${call.title}: the Aurora scheduler at ${scheduler} does not know ${method} as it is called here. Aurora 0.23 does.`,
        { kind: "protocol", cause: error },
      );
    }
    throw error;
  }
}
