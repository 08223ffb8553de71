import { type sendUnaryData, type ServerUnaryCall, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ChangeKind } from "./difference";
import type { InputProblem } from "./inputs/check";
import { awsVersion } from "./inputs/load";
import type { Difference, Provider } from "./provider";
import { isObject, type Properties, unmarked } from "./values";

/** The protocol `pulumirpc.ResourceProvider`, as far as the engine uses it with a provider of resources. */
export function providerService(provider: Provider): UntypedServiceImplementation {
  return {
    handshake: answer(() => new rpc.ProviderHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(awsVersion)),
    checkConfig: answer((request: rpc.CheckRequest) => {
      const news = toProperties(request.getNews());
      return checked(news, provider.checkConfiguration(news));
    }),
    diffConfig: answer((request: rpc.DiffRequest) => {
      const [olds, news] = [toProperties(request.getOldInputs()), toProperties(request.getNews())];
      const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
      const changed = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
      const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
      // As with the real provider: what is in another region is something else.
      return new rpc.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(changed.filter((name) => name === "region"));
    }),
    configure: answer((request: rpc.ConfigureRequest) => {
      provider.configure(toProperties(request.getArgs()));
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),
    check: answer((request: rpc.CheckRequest) => {
      const { inputs, problems } = provider.check(typeOf(request), toProperties(request.getNews()), {
        name: request.getUrn().split("::").at(-1) ?? "",
        olds: toProperties(request.getOlds()),
        seed: request.getRandomseed_asU8(),
      });
      return checked(inputs, problems);
    }),
    diff: answer((request: rpc.DiffRequest) =>
      toDiff(provider.diff(typeOf(request), toProperties(request.getOldInputs()), toProperties(request.getNews()))),
    ),
    create: answer(async (request: rpc.CreateRequest) => {
      const inputs = toProperties(request.getProperties());
      const { id, outputs } = await provider.create(typeOf(request), inputs, request.getPreview());
      return new rpc.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: answer(async (request: rpc.ReadRequest) => {
      const [inputs, outputs] = [toProperties(request.getInputs()), toProperties(request.getProperties())];
      const found = await provider.read(typeOf(request), request.getId(), inputs, outputs);
      if (found === undefined) return new rpc.ReadResponse();
      return new rpc.ReadResponse()
        .setId(request.getId())
        .setInputs(toStruct(found.inputs))
        .setProperties(toStruct(found.outputs));
    }),
    update: answer(async (request: rpc.UpdateRequest) => {
      const [olds, news] = [toProperties(request.getOlds()), toProperties(request.getNews())];
      const outputs = await provider.update(typeOf(request), request.getId(), news, olds, request.getPreview());
      return new rpc.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: answer(async (request: rpc.DeleteRequest) => {
      await provider.delete(typeOf(request), request.getId(), toProperties(request.getProperties()));
      return new Empty();
    }),
    invoke: answer(async (request: rpc.InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), toProperties(request.getArgs()));
      return new rpc.InvokeResponse().setReturn(toStruct(result));
    }),
    cancel: answer(() => new Empty()),
  };
}

function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => respond(null, response),
        (error: unknown) =>
          respond({ code: status.UNKNOWN, message: error instanceof Error ? error.message : String(error) }),
      );
  };
}

/** `aws:s3/bucket:Bucket` of `urn:pulumi:stack::project::parent$aws:s3/bucket:Bucket::name`. */
function typeOf(request: { getUrn(): string }): string {
  return request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
}

function toProperties(struct: Struct | undefined): Properties {
  const value = unmarked(struct?.toJavaScript());
  return isObject(value) ? value : {};
}

function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function checked(inputs: Properties, problems: readonly InputProblem[]): rpc.CheckResponse {
  const failures = problems.map(({ property, reason }) =>
    new rpc.CheckFailure().setProperty(property).setReason(`${property}: ${reason}`),
  );
  return new rpc.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
}

function toDiff({ changes, replaces }: Difference): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changes.keys()])
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  for (const [name, kind] of changes) {
    const detail = new rpc.PropertyDiff().setInputdiff(true).setKind(kindOf(kind, replaces.includes(name)));
    response.getDetaileddiffMap().set(name, detail);
  }
  return response;
}

function kindOf(kind: ChangeKind, replaces: boolean): rpc.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = rpc.PropertyDiff.Kind;
  switch (kind) {
    case "add":
      return replaces ? ADD_REPLACE : ADD;
    case "delete":
      return replaces ? DELETE_REPLACE : DELETE;
    case "update":
      return replaces ? UPDATE_REPLACE : UPDATE;
  }
}
