type Env = Readonly<Record<string, string | undefined>>;

/** Whether GitHub runs the whole workflow once more, or a part of it: the same commit and the same event as before, whatever was pushed since. */
export function isRunAgain(env: Env): boolean {
  return (
    env.GITHUB_ACTIONS === 'true' && /^[1-9]\d*$/.test(env.GITHUB_RUN_ATTEMPT ?? '') && env.GITHUB_RUN_ATTEMPT !== '1'
  );
}

/**
 * When the repository was pushed to last, as the event has it: of a push, that one. ISO 8601 UTC; undefined: it does not say, or nothing that makes sense before `latest`.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads: seconds since 1970 for a push, ISO 8601 elsewhere
 */
export function eventTime(event: unknown, latest: string): string | undefined {
  const { repository } = (event ?? {}) as { readonly repository?: { readonly pushed_at?: unknown } | null };
  const time = repository?.pushed_at;
  const milliseconds =
    typeof time === 'number'
      ? time * 1000
      : typeof time === 'string' && time.length < 40
        ? Date.parse(time)
        : Number.NaN;
  return milliseconds > 0 && milliseconds <= Date.parse(latest) ? new Date(milliseconds).toISOString() : undefined;
}
