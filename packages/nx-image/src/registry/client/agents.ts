import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

export type AgentFor = (url: URL) => HttpAgent;

/** Connections of one client: kept alive, so that a batch pays for a handshake once; idle ones keep no process alive. */
export function createAgents(): AgentFor {
  const options = { keepAlive: true, maxSockets: 16, maxFreeSockets: 16 };
  let http: HttpAgent | undefined;
  let https: HttpsAgent | undefined;
  return (url) => (url.protocol === 'https:' ? (https ??= new HttpsAgent(options)) : (http ??= new HttpAgent(options)));
}
