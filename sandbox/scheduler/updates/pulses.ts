import type { JobUpdateKey, JobUpdateSettings } from "../model";
import { jobKeyText } from "../model";

/** When coordinated updates were last pulsed. Not written down: after a restart a rolling update gets a fresh period. */
export class Pulses {
  private readonly byUpdate = new Map<string, { lastPulse: number; readonly timeoutMs: number }>();

  /** Begins to watch an update, if its settings ask for pulses. @param lastPulse 0 when there was none yet */
  watch(key: JobUpdateKey, { blockIfNoPulsesAfterMs }: JobUpdateSettings, lastPulse: number): void {
    if (blockIfNoPulsesAfterMs > 0) {
      this.byUpdate.set(textOf(key), { lastPulse, timeoutMs: blockIfNoPulsesAfterMs });
    }
  }

  /** @returns false when no such update is watched. */
  pulse(key: JobUpdateKey, now: number): boolean {
    const state = this.byUpdate.get(textOf(key));
    if (state) state.lastPulse = now;
    return state !== undefined;
  }

  /** Whether an update is watched and its pulses have stopped. */
  expired(key: JobUpdateKey, now: number): boolean {
    const state = this.byUpdate.get(textOf(key));
    return state !== undefined && now - state.lastPulse >= state.timeoutMs;
  }

  forget(key: JobUpdateKey): void {
    this.byUpdate.delete(textOf(key));
  }
}

function textOf({ job, id }: JobUpdateKey): string {
  return `${jobKeyText(job)}/${id}`;
}
