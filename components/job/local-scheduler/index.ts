export { localScheduler } from "./client";
