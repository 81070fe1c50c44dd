/** An answer in the words of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export class SpecError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
