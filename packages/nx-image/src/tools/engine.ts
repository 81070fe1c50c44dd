import type { Tool } from './tool';

/** A container engine that answers, and that sees the files of this machine. */
export interface Engine {
  readonly name: 'docker' | 'podman';
  /** Its client. */
  readonly tool: Tool;
  /** Of the engine, not of the client: `20.10.24`. */
  readonly version: string;
  /**
   * How containers reach what listens on this machine's loopback: `host` where they share its network, else the name that stands for this machine
   * in the engine's virtual machine (`host.docker.internal`).
   */
  readonly loopback: { readonly kind: 'host' } | { readonly kind: 'named'; readonly host: string };
  /** Whether root in a container is the user that this process runs as, and not root. */
  readonly rootless: boolean;
  /** Whether the engine maps root to another user unless told not to. */
  readonly remapsUsers: boolean;
}
