/** What became of the local registry, or how it is. */
export type RegistryAnswer =
  | { readonly kind: 'started' | 'runs already'; readonly repository: string }
  | { readonly kind: 'stopped' | 'was not running' }
  | { readonly kind: 'runs'; readonly repository: string; readonly pid: number; readonly directory: string }
  | { readonly kind: 'not running'; readonly directory: string };

export function registryText(answer: RegistryAnswer): string {
  switch (answer.kind) {
    case 'started':
    case 'runs already':
      return `${answer.repository} ${answer.kind}\n`;
    case 'stopped':
      return 'stopped; its data stays\n';
    case 'was not running':
      return 'it was not running\n';
    case 'runs':
      return `${answer.repository} runs (process ${answer.pid}); its data is in ${answer.directory}\n`;
    case 'not running':
      return `not running; its data is in ${answer.directory}\n`;
  }
}
