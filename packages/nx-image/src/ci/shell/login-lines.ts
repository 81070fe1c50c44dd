import type { GitlabSettings } from '../gitlab-settings';
import { quoteShell } from './quote';

export type JobLogin = Pick<GitlabSettings, 'login' | 'awsRole' | 'awsRegion'>;

/** Registries of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
const ECR = /(?<![\w.-])(?:\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+|public\.ecr\.aws)(?=\/)/g;

/** Lines that log a job in to registries that these texts name; no secret is in them. */
export function loginLines({ login, awsRole, awsRegion }: JobLogin, texts: readonly string[]): readonly string[] {
  const hosts = new Set(texts.flatMap((text) => text.match(ECR) ?? []));
  return [
    ...(awsRole === undefined ? [] : [`hephy_role ${quoteShell(awsRole)} ${quoteShell(awsRegion ?? '')}`]),
    ['hephy_login', login, ...[...hosts].sort().map(quoteShell)].join(' '),
  ];
}
