import type { Download } from '../dockerfile/find-downloads';
import { atPlace } from '../errors/at-place';
import { HephyError } from '../errors/hephy-error';
import { digestOf } from '../oci/digest';
import { formatRepository } from '../oci/reference';
import { pinAll } from '../plan/pin-all';
import { downloadFile } from '../registry/client/download-file';
import { pushFileImage } from '../registry/publish/file-image';
import type { CompletePlan } from './plan-build';
import type { RunContext } from './run-context';

type DownloadContext = Pick<RunContext, 'registry' | 'facts' | 'env' | 'signal'>;

/** It is held in memory. */
const LIMIT = 512 * 2 ** 20;

/**
 * The pinned Dockerfile, each `ADD --checksum` in it a COPY of the very bytes that were verified: they lie in the run's repository, where every builder in every
 * runtime finds them, as an image that has no tag.
 * @throws HephyError DOWNLOAD_FAILED, DOWNLOAD_WRONG, and what the registry client throws
 */
export async function copyDownloads(
  context: DownloadContext,
  plan: Pick<CompletePlan, 'image' | 'platform' | 'dockerfile' | 'pins' | 'pinnedDockerfile'>,
): Promise<string> {
  const { dockerfile, platform } = plan;
  if (dockerfile.downloads.length === 0) return plan.pinnedDockerfile;
  const { registry, facts } = context;
  const images = new Map<Download, string>();
  for (const download of dockerfile.downloads) {
    const content = await fetchVerified(context, download, dockerfile.path);
    const digest = await pushFileImage(registry, facts.repository, platform, download.name, content);
    images.set(download, `${formatRepository(facts.repository)}@${digest}`);
  }
  const text = pinAll(dockerfile, plan.pins, (download) => images.get(download));
  if (text === undefined) throw new Error(`the plan of ${plan.image} has holes`);
  return text;
}

async function fetchVerified(context: DownloadContext, download: Download, file: string): Promise<Uint8Array> {
  const { env, signal, facts } = context;
  const where = { file, line: download.line };
  const content = await downloadFile(download.url, LIMIT, { env, signal, insecure: facts.insecure }).catch(
    (error: unknown) => {
      throw error instanceof HephyError ? atPlace(error, where) : error;
    },
  );
  const digest = digestOf(content);
  if (digest === download.digest) return content;
  throw new HephyError(
    'DOWNLOAD_WRONG',
    `what ADD downloads is ${digest}, and not ${download.digest} as --checksum says`,
    { where, hint: 'Find out who changed the file. Write the new sum only if it is the file that you want.' },
  );
}
