import type { StateStore } from "../../components/heron/state/store";
import type { Weather } from "./weather";

/** The state tree's storage failed, as a full or a broken disk does. */
export class StorageFailure extends Error {}

const fileFaults = ["failed, nothing done", "failed, but done"] as const;

/** What a fault does around an operation on the tree. */
type Strike = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** A tree of files whose reads and writes fail as the weather has it. */
export function faultyFiles(store: StateStore, weather: Weather): StateStore {
  return struck(store, weather, async (what, work) => {
    const fault = weather.fault(what, fileFaults);
    if (fault === "failed, nothing done") throw new StorageFailure(`${what} failed`);
    const result = await work();
    if (fault === "failed, but done") throw new StorageFailure(`${what} failed`);
    return result;
  });
}

/** A tree in ZooKeeper; what is struck is the connection, by `strike`. */
export function faultyNodes<F extends string>(
  store: StateStore,
  weather: Weather,
  possible: readonly F[],
  strike: (fault: F) => void,
): StateStore {
  return struck(store, weather, (what, work) => {
    const fault = weather.fault(what, possible);
    if (fault !== undefined) strike(fault);
    return work();
  });
}

function struck(store: StateStore, weather: Weather, strike: Strike): StateStore {
  const step = <T>(what: string, work: () => Promise<T>): Promise<T> => weather.step(what, () => strike(what, work));
  return {
    description: store.description,
    get: (path) => step(`read ${path}`, () => store.get(path)),
    put: (path, data) => step(`write ${path}`, () => store.put(path, data)),
    create: (path, data) => step(`create ${path}`, () => store.create(path, data)),
    delete: (path) => step(`delete ${path}`, () => store.delete(path)),
    list: (path) => step(`list ${path}`, () => store.list(path)),
    close: () => store.close(),
    ...(store.tryLock && { tryLock: stepwise(store.tryLock.bind(store), step) }),
  };
}

function stepwise(tryLock: NonNullable<StateStore["tryLock"]>, step: Strike): NonNullable<StateStore["tryLock"]> {
  return async (path, mark) => {
    const lock = await step(`lock ${path}`, () => tryLock(path, mark));
    if (!("isHeld" in lock)) return lock;
    return {
      isHeld: () => step(`look at the lock ${path}`, () => lock.isHeld()),
      release: () => step(`give back the lock ${path}`, () => lock.release()),
    };
  };
}
