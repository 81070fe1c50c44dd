type Env = Readonly<Record<string, string | undefined>>;

/** Has git give up on a server that sends less than 1 kB a second for a minute, unless the user has said otherwise. */
export function withServerPatience(env: Env): Env {
  return {
    ...env,
    GIT_HTTP_LOW_SPEED_LIMIT: env.GIT_HTTP_LOW_SPEED_LIMIT ?? '1000',
    GIT_HTTP_LOW_SPEED_TIME: env.GIT_HTTP_LOW_SPEED_TIME ?? '60',
  };
}
