import { serve, type ServeOptions } from './serve';
import { tellTaken } from './taken-port';

/** The process of the local registry: its options are one JSON argument, its output is the log. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv.at(-1) ?? '') as Omit<ServeOptions, 'onNote'>;
  const onNote = (note: string): void => {
    process.stdout.write(`${new Date().toISOString()} ${process.pid} ${note}\n`);
  };
  try {
    const server = await serve({ ...options, onNote });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => {
        server.stop(signal);
      });
    await server.ended;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Binding is the lock: who started us at the same time as another asks the port who has it.
    onNote(code === 'EADDRINUSE' ? tellTaken(options.port) : `failed: ${String((error as Error).stack)}`);
    process.exit(1);
  }
}

void main();
