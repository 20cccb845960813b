// Goal: a frozen edge is given up while there is still film in the buffer.
import { describe, expect, it } from "vitest";
import { kPlayerSettings, kRetryParameters } from "./settings";

/** The longest that one edge can keep a request: every attempt freezes, every wait is at its longest. */
function patienceMs(): number {
  const { maxAttempts, baseDelay, backoffFactor, fuzzFactor, connectionTimeout } = kRetryParameters;
  let total = 0;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (attempt > 0) total += baseDelay * backoffFactor ** (attempt - 1) * (1 + fuzzFactor);
    total += connectionTimeout;
  }
  return total;
}

describe("player settings", () => {
  it("are those that were measured", () => {
    expect(kPlayerSettings.streaming.bufferingGoal).toBe(30);
    expect(kRetryParameters).toEqual({
      maxAttempts: 4,
      baseDelay: 100,
      backoffFactor: 1.5,
      fuzzFactor: 0.3,
      connectionTimeout: 2000,
      stallTimeout: 2000,
      timeout: 10_000,
    });
  });

  it("hold for manifests as for segments", () => {
    expect(kPlayerSettings.manifest.retryParameters).toBe(
      kPlayerSettings.streaming.retryParameters,
    );
  });

  it("give an edge up before the buffer is empty", () => {
    const bufferMs = kPlayerSettings.streaming.bufferingGoal * 1000;
    expect(patienceMs()).toBeLessThan(bufferMs / 2);
    expect(kRetryParameters.timeout).toBeLessThan(bufferMs);
  });
});
