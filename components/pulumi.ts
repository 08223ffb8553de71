/**
 * What deployments need of Pulumi's SDK, by its modules: its root loads its automation API, a TypeScript compiler and npm's
 * resolver besides, which takes longer than the rest of a small program.
 */
export * as asset from "@pulumi/pulumi/asset";
export * from "@pulumi/pulumi/config";
export * as log from "@pulumi/pulumi/log";
export * from "@pulumi/pulumi/metadata";
export * from "@pulumi/pulumi/output";
export * from "@pulumi/pulumi/resource";
export { isDryRun } from "@pulumi/pulumi/runtime/settings";
