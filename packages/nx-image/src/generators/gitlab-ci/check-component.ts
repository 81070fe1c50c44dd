import { HephyError } from '../../errors/hephy-error';

/** https://docs.gitlab.com/ci/components/#use-a-component: domain, path of the project, name; the version is ours. */
const ADDRESS = /^(?:\$\w+|\$\{\w+\}|[\w.-]+(?::\d+)?)(?:\/[\w.-]+){2,}$/;

/** @throws HephyError OPTIONS_INVALID */
export function checkComponent(component: string): void {
  if (ADDRESS.test(component)) return;
  throw new HephyError('OPTIONS_INVALID', `component: ${JSON.stringify(component)} is no address of a component`, {
    hint: 'Give the domain, the path of the project and the name, without a version: `gitlab.example.com/tools/hephy/hephy`.',
  });
}
