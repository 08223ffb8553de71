export * from "./arguments";
export { plainLines, requireSuccess, requireVersion, versionSeconds } from "./outcome";
