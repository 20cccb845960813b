// Requests at a fixed rate, whether or not the ones before were answered: what a viewer waits for
// when others ask too.
import { Agent, get } from "node:http";
import { performance } from "node:perf_hooks";

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

function ask(agent, url, headers) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.on("end", () => resolve({ ms: performance.now() - began, status: response.statusCode, bytes }));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

/**
 * Sends `rate` requests a second for `seconds`, each to what `next(i)` gives. Times are from the
 * moment of sending to the last byte; `lag_ms` is how late this program was at most to send one.
 */
export async function openLoop({ rate, seconds, next, headers = {} }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const total = Math.round(rate * seconds);
  const answers = [];
  let sent = 0;
  let lag = 0;
  const began = performance.now();
  await new Promise((resolve) => {
    const tick = () => {
      const now = performance.now() - began;
      while (sent < total && (sent * 1000) / rate <= now) {
        lag = Math.max(lag, now - (sent * 1000) / rate);
        answers.push(ask(agent, next(sent), headers));
        sent++;
      }
      if (sent < total) setTimeout(tick, 1);
      else resolve();
    };
    tick();
  });
  const done = await Promise.all(answers);
  agent.destroy();
  const wrong = done.filter((answer) => answer.status !== 200);
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${total} answers were not 200, but ${wrong[0].status}`);
  const times = done.map((answer) => answer.ms);
  return {
    p50_ms: percentile(times, 0.5),
    p99_ms: percentile(times, 0.99),
    max_ms: Math.max(...times),
    bytes: done.reduce((sum, answer) => sum + answer.bytes, 0) / total,
    requests: total,
    lag_ms: lag,
  };
}
