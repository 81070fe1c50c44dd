/** Begins a part of a job's log that GitLab folds: https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections. `seconds` since 1970. */
export function sectionStart(name: string, title: string, seconds: number): string {
  return `\x1b[0Ksection_start:${seconds}:${name}\r\x1b[0K${title}\n`;
}

export function sectionEnd(name: string, seconds: number): string {
  return `\x1b[0Ksection_end:${seconds}:${name}\r\x1b[0K\n`;
}
