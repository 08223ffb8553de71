/** Lets callers wait until it is opened; stays open. */
export class Gate {
  readonly passed: Promise<void>;
  private release: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  open(): void {
    this.release();
  }
}
