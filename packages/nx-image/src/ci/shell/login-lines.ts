import type { GitlabSettings } from '../gitlab-settings';
import { quoteShell } from './quote';

export type JobLogin = Pick<GitlabSettings, 'login' | 'awsRole' | 'awsRegion'>;

/** Registries of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
const ECR = /(?<![\w.-])(?:\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+|public\.ecr\.aws)(?=\/)/g;

/** A line that brings the helper of ECR into a job of hephy's own, where these texts name ECR. */
export function helperLines({ login }: JobLogin, texts: readonly string[]): readonly string[] {
  const hosts = hostsOfEcr(texts);
  const asks = (login === 'auto' || login === 'ecr') && hosts.length > 0;
  return asks ? [['hephy_find_helper', ...hosts].join(' ')] : [];
}

/** Lines that log a job in to registries that these texts name; no secret is in them. */
export function loginLines({ login, awsRole, awsRegion }: JobLogin, texts: readonly string[]): readonly string[] {
  return [
    ...(awsRole === undefined ? [] : [`hephy_role ${quoteShell(awsRole)} ${quoteShell(awsRegion ?? '')}`]),
    ['hephy_login', login, ...hostsOfEcr(texts)].join(' '),
  ];
}

function hostsOfEcr(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(ECR) ?? []))].sort().map(quoteShell);
}
