import { ensureLocalRegistry, type EnsureOptions } from '../src/registry/local/ensure-local-registry';

/** Asks for the local registry in a process of its own; its options are one JSON argument. */
void ensureLocalRegistry(JSON.parse(process.argv.at(-1) ?? '') as EnsureOptions).then((registry) => {
  process.stdout.write(JSON.stringify(registry));
});
