import type { BuildPaths, BuildStep, Builder, Invocation } from '../../builders/builder';
import { builderOf } from '../../builders/builders';
import { hexOf } from '../../oci/digest';
import { archName, formatPlatform } from '../../oci/platform';
import { builtDirectory } from '../built-files';
import type { PlannedBuild, PlannedContext, PlannedImage } from '../pipeline-plan';
import { jobDirectory, jobPaths } from './job-words';
import { loginLines, type JobLogin } from './login-lines';
import { quoteShell } from './quote';

/** How often a process that may be run again is. */
export const TRIES = 3;

/** Lines of POSIX sh that build one platform of an image and push it to its scratch tag; BUILD_FUNCTIONS come before them. They end the shell. `run`: the handed plan's. */
export function buildScript(
  { image, project, context }: Pick<PlannedImage, 'image' | 'project' | 'context'>,
  build: PlannedBuild,
  { run, login }: { readonly run: string; readonly login: JobLogin },
): string {
  if (context === undefined) throw new Error(`${image} is built and has no context`);
  const builder = builderOf(build.builder);
  const job = jobDirectory([build.step, build.dockerfile]);
  const paths = jobPaths(job.path, builtDirectory(image, build.platform));
  const step: BuildStep = { ...build.step, paths };
  const seconds = build.timeout === undefined ? '' : String(Math.max(1, Math.ceil(build.timeout / 1000)));
  const files = [{ path: paths.ignorefile, text: '' }, ...builder.files(step, build.dockerfile)];
  return [
    call('hephy_begin', image, archName(build.platform), run),
    contextLine(project, context),
    call('hephy_dockerfile', build.dockerfile, ...build.pending.flatMap((base) => pendingWords(base))),
    builder.needsOwnRoot ? 'hephy_own_root' : call('hephy_on_machine', firstProgram(builder, step)),
    ...loginLines(login, [step.destination, step.cacheRepository ?? '', step.mirror ?? '', build.dockerfile]),
    ...files.map(({ path, text }) => `hephy_file ${job.word(path)} ${job.word(text)}`),
    `mkdir -p ${job.word(paths.store)}`,
    'hephy_steps() {',
    ...builder.invocations(step).map((one) => `  ${runLine(builder, paths, one, job.word)} || return`),
    '}',
    call('hephy_build', seconds, `${builder.name} builds ${image} for ${formatPlatform(build.platform)}`),
    call('hephy_end', seconds, step.push === false ? 'built' : 'pushed'),
    '',
  ].join('\n');
}

function contextLine(project: string, context: PlannedContext): string {
  return context.kind === 'checkout'
    ? call('hephy_checkout', context.directory, context.fingerprint, ...context.remove)
    : call('hephy_prepared', project, context.fingerprint ?? '');
}

function pendingWords({ standIn, image, platform }: PlannedBuild['pending'][number]): readonly string[] {
  return [hexOf(standIn), image, archName(platform)];
}

function firstProgram(builder: Builder, step: BuildStep): string {
  const [first] = builder.invocations(step);
  if (first === undefined) throw new Error(`${builder.name} has nothing to run`);
  return first.name;
}

/** What the builder is told by variables, as on one machine: see `placeDirectly` and `placeOnMachine`. */
function runLine(
  builder: Builder,
  paths: BuildPaths,
  { arguments: args, env, repeatable }: Invocation,
  word: (text: string) => string,
): string {
  const own = { ...(builder.needsOwnRoot ? builder.rootEnvironment(paths) : {}), ...env };
  const variables = Object.entries(own).map(([name, value]) => word(`${name}=${value}`));
  const place = ['HOME="$hephy_work"/home', 'TMPDIR="$hephy_work"/tmp', 'PATH="$hephy_path"'];
  const certificates = builder.needsOwnRoot ? ['SSL_CERT_DIR="$hephy_certificates"'] : [];
  const words = [...place, ...certificates, ...variables, '--', '"$hephy_program"', ...args.map(word)];
  return `hephy_run ${repeatable === true ? TRIES : 1} ${words.join(' ')}`;
}

function call(name: string, ...values: readonly string[]): string {
  return [name, ...values.map(quoteShell)].join(' ');
}
