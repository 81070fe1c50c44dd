import { formatSize, shortDigest } from '../amounts';
import { html, type Html } from './html';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `0.8 s`, `12 s`, `3 min 5 s`, `1 h 2 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** In words; exactly where one points at it. */
export function duration(seconds: number): Html {
  return html`<span title="${seconds.toFixed(3)} seconds">${durationWords(seconds)}</span>`;
}

/** `22 Nov 2026, 10:00:00 UTC`; what is no instant stays as it is. */
export function instantWords(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()] ?? ''} ${time.getUTCFullYear()}, ${clock} UTC`;
}

export function instant(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${instantWords(iso)}</time>`;
}

export function size(bytes: number): Html {
  return html`<span title="${bytes} bytes">${formatSize(bytes)}</span>`;
}

/** Twelve digits of it; all of it where one points at it. */
export function digestHtml(digest: string): Html {
  return html`<code title="${digest}">${shortDigest(digest)}</code>`;
}
