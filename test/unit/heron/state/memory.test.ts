import { behavesAsStateTree } from "./behaviour";
import { MemoryStore } from "./stores";

describe("A state tree in memory, which the crash properties use,", () => {
  behavesAsStateTree(() => Promise.resolve(new MemoryStore()));
});
