import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Nothing is said of what is over before a reader would have seen it. */
const silentMs = 1000;

/** Says in a resource's own row what is being waited for. */
export type Progress = (message: string) => void;

let engine: EngineClient | undefined;

/**
 * Progress of the resource `urn`, shown by the engine as long as the operation runs. The engine gives a dynamic
 * provider's process its address as first argument; elsewhere (tests, the bench) nothing is shown.
 */
export function engineProgress(urn: string, address = process.argv[2]): Progress {
  const started = Date.now();
  let last = "";
  return (message) => {
    if (message === last || Date.now() - started < silentMs) return;
    last = message;
    void tell(address, urn, message, "passing");
  };
}

/**
 * What a reader is to know of the resource `urn` when the operation is over: a warning beside it. Waited for, it is there also
 * where the engine's run ends with the operation.
 */
export function engineWarning(urn: string, address = process.argv[2]): (message: string) => Promise<void> {
  return (message) => tell(address, urn, message, "warning");
}

async function tell(address: string | undefined, urn: string, message: string, kind: "passing" | "warning") {
  if (address === undefined || !/^[\w.-]+:\d+$/.test(address)) return;
  engine ??= new EngineClient(address, credentials.createInsecure());
  const request = new LogRequest();
  request.setSeverity(kind === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
  request.setUrn(urn);
  request.setMessage(message);
  request.setEphemeral(kind === "passing");
  const to = engine;
  await new Promise<void>((resolve) => {
    to.log(request, (error) => {
      // An engine that is shutting down must not fail the work that it waits for.
      if (error !== null) engine = undefined;
      resolve();
    });
  });
}
