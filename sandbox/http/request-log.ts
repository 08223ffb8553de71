/** One call of the API. */
export interface LoggedRequest {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** Whether the method is one that changes something; false for calls of unknown methods. */
  readonly writes: boolean;
  /** HTTP status of the response. */
  readonly status: number;
}

/** Which calls came in, in order; so that tests can show what was not called. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];

  constructor(private readonly write: (line: string) => void = () => undefined) {}

  add(request: LoggedRequest): void {
    this.requests.push(request);
    this.write(`${JSON.stringify(request)}\n`);
  }

  all(): readonly LoggedRequest[] {
    return this.requests;
  }
}
