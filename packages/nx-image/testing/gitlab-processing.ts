import type { GitlabJob } from '../src/ci/gitlab/job';

type Status = 'created' | 'manual' | 'success' | 'failed' | 'skipped';
type Jobs = Readonly<Record<string, GitlabJob>>;

/**
 * Which jobs of a pipeline GitLab runs, all by `needs`:
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/ci/process_build_service.rb and
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/ci/status/composite.rb
 */
export class ProcessedPipeline {
  /** In the order in which they ran. */
  readonly ran: string[] = [];
  private readonly statuses: Map<string, Status>;

  /** @param failing names of jobs that fail when they run */
  constructor(
    private readonly jobs: Jobs,
    private readonly failing: readonly string[] = [],
  ) {
    this.statuses = new Map(Object.keys(jobs).map((name) => [name, 'created']));
    this.process();
  }

  /** As somebody does; what was skipped because of it is looked at again. */
  start(name: string): void {
    if (this.status(name) !== 'manual') throw new Error(`${name} is ${this.status(name)}: nobody can start it`);
    this.run(name);
    this.resetNeeding(name);
    this.process();
  }

  status(name: string): Status | undefined {
    return this.statuses.get(name);
  }

  private process(): void {
    let next: string | undefined;
    while ((next = this.findReady()) !== undefined) this.decide(next);
  }

  /** Whatever it waits for is over, or waits for somebody. */
  private findReady(): string | undefined {
    return Object.keys(this.jobs).find(
      (name) =>
        this.status(name) === 'created' && this.needsOf(name).every((needed) => this.status(needed) !== 'created'),
    );
  }

  private decide(name: string): void {
    const { when } = this.jobs[name] ?? {};
    const allowed = when === 'always' ? ['success', 'failed', 'skipped'] : ['success'];
    if (!allowed.includes(this.statusOfNeeds(name))) this.statuses.set(name, 'skipped');
    else if (when === 'manual') this.statuses.set(name, 'manual');
    else this.run(name);
  }

  private statusOfNeeds(name: string): Status {
    const statuses = this.needsOf(name).map(
      (needed) => [this.status(needed), this.jobs[needed]?.allow_failure] as const,
    );
    if (statuses.some(([status]) => status === 'skipped' || status === 'manual')) return 'skipped';
    return statuses.some(([status, allowed]) => status === 'failed' && allowed !== true) ? 'failed' : 'success';
  }

  private needsOf(name: string): readonly string[] {
    const found = (this.jobs[name]?.needs ?? []).map((need) => (typeof need === 'string' ? need : need.job));
    for (const needed of found) if (!this.statuses.has(needed)) throw new Error(`${name} needs ${needed}: no such job`);
    return found;
  }

  private run(name: string): void {
    this.ran.push(name);
    this.statuses.set(name, this.failing.includes(name) ? 'failed' : 'success');
  }

  private resetNeeding(name: string): void {
    for (const other of Object.keys(this.jobs)) {
      if (this.status(other) !== 'skipped' || !this.needsOf(other).includes(name)) continue;
      this.statuses.set(other, 'created');
      this.resetNeeding(other);
    }
  }
}
